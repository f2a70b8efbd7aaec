-- wrk -s wrk.lua URL -- TOKENS [count]
-- Sends the tokens of a file, one per line, in a loop, and prints the result as one line of JSON at the end. With `count`
-- it also counts the answers by status, which takes time.

local requests, turn, threads = {}, 0, {}
statuses = {}

function setup(thread)
   threads[#threads + 1] = thread
end

function init(arguments)
   for token in io.lines(arguments[1]) do
      requests[#requests + 1] = wrk.format("GET", nil, { Authorization = "Bearer " .. token })
   end
   if arguments[2] == "count" then
      function response(status)
         statuses[status] = (statuses[status] or 0) + 1
      end
   end
end

function request()
   turn = turn % #requests + 1
   return requests[turn]
end

function done(summary, latency)
   local counts, errors = {}, summary.errors
   for _, thread in ipairs(threads) do
      for status, count in pairs(thread:get("statuses")) do
         counts[#counts + 1] = string.format('"%d": %d', status, count)
      end
   end
   print(string.format(
      '{"requests": %d, "micros": %d, "refused": %d, "lost": %d, "p99": %d, "statuses": {%s}}',
      summary.requests, summary.duration, errors.status,
      errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(99),
      table.concat(counts, ", ")))
end
