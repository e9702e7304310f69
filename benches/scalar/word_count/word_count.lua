local function generate(n)
  local words = {}
  local seed = 42
  for i = 1, n do
    seed = (seed * 1664525 + 1013904223) % 4294967296
    local u = seed / 4294967296
    words[i] = string.format("word%d", math.floor(u * u * 20000))
  end
  return table.concat(words, " ")
end

local function count_words(text)
  local counts = {}
  for w in text:gmatch("%S+") do counts[w] = (counts[w] or 0) + 1 end
  return counts
end

local function summary(counts)
  local distinct, largest, squares = 0, 0, 0
  for _, count in pairs(counts) do
    distinct = distinct + 1
    if count > largest then largest = count end
    squares = squares + count * count
  end
  return string.format("%d %d %d", distinct, largest, squares)
end

local n = tonumber(arg[1] or 2000000)
summary(count_words(generate(math.floor(n / 100))))
local text = generate(n)
local start = os.clock()
local answer = summary(count_words(text))
local seconds = os.clock() - start
print("answer " .. answer)
print("seconds " .. seconds)
