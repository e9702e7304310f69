local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

local n = tonumber(arg[1] or 35)
fib(n - 10)
local start = os.clock()
local answer = fib(n)
local seconds = os.clock() - start
print(string.format("answer %d", answer))
print("seconds " .. seconds)
