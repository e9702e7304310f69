local function estimate_pi(n)
  local seed, inside = 42, 0
  for _ = 1, n do
    seed = (seed * 1664525 + 1013904223) % 4294967296
    local x = seed / 4294967296
    seed = (seed * 1664525 + 1013904223) % 4294967296
    local y = seed / 4294967296
    if x * x + y * y <= 1.0 then inside = inside + 1 end
  end
  return 4 * inside / n
end

local n = tonumber(arg[1] or 50000000)
estimate_pi(math.floor(n / 100))
local start = os.clock()
local answer = estimate_pi(n)
local seconds = os.clock() - start
print(string.format("answer %.17g", answer))
print("seconds " .. seconds)
