-- Writes the joined pages of the book as calls of the template's functions.
--
-- Words reach Typst as string literals, never as markup: whatever a table or a title contains, it is printed and not run.
-- A block or words with `data-call` become a call of that function; `data-slot` blocks inside become its named pieces; the
-- other `data-` values become its named strings. Everything without a call is written by pandoc itself.

local ZERO_WIDTH_SPACE = "\u{200b}"

local function quoted(text)
  local escaped = text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n"):gsub("%c", " ")
  return '"' .. escaped .. '"'
end

local function inline(text)
  return pandoc.RawInline("typst", text)
end

local function block(text)
  return pandoc.RawBlock("typst", text)
end

local function anchor(name)
  return "#metadata(none)#std.label(" .. quoted(name) .. ")"
end

-- Pandoc drops the `data-` of an attribute unless HTML has one of the same name.
local function plain(attributes)
  local found = {}
  for name, value in pairs(attributes) do
    found[name:gsub("^data%-", "")] = value
  end
  return found
end

-- Named strings of a call, in alphabetical order: attribute order is no one's promise.
local function arguments(attributes)
  local found = pandoc.List({})
  for name, value in pairs(attributes) do
    if name ~= "call" and name ~= "slot" and value ~= "" and name:match("^%l+$") then
      found:insert(name .. ": " .. quoted(value))
    end
  end
  found:sort()
  return table.concat(found, ", ")
end

local function function_name(attributes)
  local name = attributes["call"]
  if not name:match("^[%l-]+$") then
    error("not a function of the template: " .. name)
  end
  return name
end

-- A run of words becomes one literal; an invisible space is a place where a long word may break.
local function literal(text)
  local pieces = quoted(text):gsub(ZERO_WIDTH_SPACE, '";#box();#"')
  return inline("#" .. pieces .. ";")
end

function Inlines(inlines)
  local written, words = pandoc.List({}), ""
  local function flush()
    if words ~= "" then
      written:insert(literal(words))
      words = ""
    end
  end
  for _, element in ipairs(inlines) do
    if element.t == "Str" then
      words = words .. element.text
    elseif element.t == "Space" or element.t == "SoftBreak" then
      words = words .. " "
    else
      flush()
      written:insert(element)
    end
  end
  flush()
  return written
end

function Span(span)
  local values = plain(span.attributes)
  if values["call"] then
    local head = "#" .. function_name(values) .. "(" .. arguments(values) .. ")["
    local name = span.identifier ~= "" and anchor(span.identifier) or ""
    return pandoc.List({ inline(name .. head) }) .. span.content .. { inline("];") }
  elseif span.identifier ~= "" then
    return pandoc.List({ inline(anchor(span.identifier) .. ";") }) .. span.content
  end
  return span.content
end

function Link(link)
  local target = link.target
  local where = target:sub(1, 1) == "#" and "std.label(" .. quoted(target:sub(2)) .. ")" or quoted(target)
  return pandoc.List({ inline("#link(" .. where .. ")[") }) .. link.content .. { inline("];") }
end

function Code(code)
  return inline("#raw(" .. quoted(code.text) .. ");")
end

function CodeBlock(code)
  return block("#raw(block: true, " .. quoted(code.text) .. ")")
end

function Image(image)
  local values = plain(image.attributes)
  local across = values["across"] or "100%"
  return inline("#picture(" .. quoted(image.src) .. ", " .. quoted(values["alt"] or "") .. ", " .. across .. ");")
end

-- The number of a formula comes as a comment before it.
function Math(math)
  local number, tex = math.text:match("^%%([^\n]*)\n(.*)$")
  tex = tex or math.text
  local bare = pandoc.Math(math.mathtype, tex)
  local written = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ bare }) }), "typst"):gsub("%s+$", "")
  if written:sub(1, 1) ~= "$" then
    error("cannot set this formula: " .. tex)
  end
  local display = math.mathtype == "DisplayMath" and "true" or "false"
  local numbering = number and ", numbering: _ => " .. quoted(number) or ""
  return inline("#math.equation(block: " .. display .. numbering .. ", alt: " .. quoted(tex) .. ", " .. written .. ");")
end

-- The title of a page (data-page) stands in the printed contents, other headings in the bookmarks only.
function Header(header)
  local values = plain(header.attributes)
  local contents, part = values["page"] and "true" or "false", quoted(values["part"] or "")
  local follows = values["follows"] and "true" or "false"
  local name = quoted(header.identifier)
  local head = string.format("#section-heading(%d, %s, %s, %s, %s)[", header.level, name, contents, part, follows)
  return pandoc.Plain(pandoc.List({ inline(head) }) .. header.content .. { inline("]") })
end

function Div(div)
  local values = plain(div.attributes)
  if values["slot"] then
    return nil
  elseif not values["call"] then
    return div.content
  end
  local named, body = arguments(values), pandoc.List({})
  local written = pandoc.List({ block("#" .. function_name(values) .. "(" .. named) })
  for _, child in ipairs(div.content) do
    local slot = child.t == "Div" and plain(child.attributes)["slot"]
    if slot then
      local separator = (#written > 1 or named ~= "") and ", " or ""
      written:insert(block(separator .. slot .. ": ["))
      written:extend(child.content)
      written:insert(block("]"))
    else
      body:insert(child)
    end
  end
  written:insert(block(")["))
  return written .. body .. { block("]") }
end

local function cell(written, content, before)
  local span = (content.col_span > 1 or content.row_span > 1)
      and string.format("table.cell(colspan: %d, rowspan: %d)", content.col_span, content.row_span)
    or ""
  written:insert(block(span == "" and before .. "[" or span .. "["))
  written:extend(content.contents)
  written:insert(block("],"))
end

local function rows(written, list, heads)
  for _, row in ipairs(list) do
    for position, content in ipairs(row.cells) do
      cell(written, content, position <= heads and "stub" or "")
    end
  end
end

local function track_list(text, count)
  return "(" .. (text or string.rep("auto", count, ",")) .. ",)"
end

function Table(tbl)
  local values, count = plain(tbl.attributes), #tbl.colspecs
  local head = string.format(
    "#data-table(columns: %s, align: %s, size: %s, hyphenate: %s, tall: %s, alone: %s, whole: %s, label: %s, caption: [",
    track_list(values["columns"], count),
    track_list(values["align"] or string.rep("left", count, ","), count),
    values["size"] or "9pt",
    values["hyphenate"] and "true" or "false",
    values["tall"] and "true" or "false",
    values["alone"] and "true" or "false",
    values["whole"] and "true" or "false",
    quoted(values["label"] or tbl.identifier)
  )
  local written = pandoc.List({ block(head) })
  written:extend(tbl.caption.long)
  written:insert(block("],"))
  if #tbl.head.rows > 0 then
    written:insert(block("table.header("))
    rows(written, tbl.head.rows, 0)
    written:insert(block("),"))
  end
  for _, body in ipairs(tbl.bodies) do
    rows(written, body.head, 0)
    rows(written, body.body, values["plainheads"] and 0 or body.row_head_columns)
  end
  rows(written, tbl.foot.rows, 0)
  written:insert(block(")"))
  return written
end

-- Terms and what they mean: on one line where the meaning is one paragraph, so that no term stands alone above a page end.
function DefinitionList(list)
  local written = pandoc.List({ block("#terms(") })
  for _, item in ipairs(list.content) do
    local blocks = pandoc.List({})
    for _, meaning in ipairs(item[2]) do
      blocks:extend(meaning)
    end
    local words = pandoc.List({ inline("terms.item([") }) .. item[1] .. { inline("], [") }
    if #blocks == 1 and (blocks[1].t == "Para" or blocks[1].t == "Plain") then
      written:insert(pandoc.Plain(words .. blocks[1].content .. { inline("]),") }))
    else
      written:insert(pandoc.Plain(words))
      written:extend(blocks)
      written:insert(block("]),"))
    end
  end
  written:insert(block(")"))
  return written
end
