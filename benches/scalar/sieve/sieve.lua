local function count_primes(n)
  local is_prime = {}
  for k = 1, n do is_prime[k] = true end
  is_prime[1] = false
  local i = 2
  while i * i <= n do
    if is_prime[i] then
      for j = i * i, n, i do is_prime[j] = false end
    end
    i = i + 1
  end
  local count = 0
  for k = 1, n do
    if is_prime[k] then count = count + 1 end
  end
  return count
end

local n = tonumber(arg[1] or 20000000)
count_primes(math.floor(n / 100))
local start = os.clock()
local answer = count_primes(n)
local seconds = os.clock() - start
print(string.format("answer %d", answer))
print("seconds " .. seconds)
