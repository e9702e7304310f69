local function bottom_up(depth)
  if depth == 0 then return {left = nil, right = nil} end
  return {left = bottom_up(depth - 1), right = bottom_up(depth - 1)}
end

local function nodes(tree)
  if tree.left == nil then return 1 end
  return 1 + nodes(tree.left) + nodes(tree.right)
end

local function binary_trees(max_depth)
  local total = nodes(bottom_up(max_depth + 1))
  local long_lived = bottom_up(max_depth)
  for depth = 4, max_depth, 2 do
    for _ = 1, 2 ^ (max_depth - depth + 4) do total = total + nodes(bottom_up(depth)) end
  end
  return total + nodes(long_lived)
end

local n = tonumber(arg[1] or 16)
binary_trees(n - 6)
local start = os.clock()
local answer = binary_trees(n)
local seconds = os.clock() - start
print(string.format("answer %d", answer))
print("seconds " .. seconds)
