-- Drives Neovim as somebody who edits a plan; what is seen on the way goes to the file BELAY_RESULTS as JSON.
local seen = {}
local patience = tonumber(vim.env.BELAY_PATIENCE)

local function wait_until(what, condition)
  if not vim.wait(patience, condition, 20) then error('waited in vain: ' .. what) end
end

local function lines(buffer)
  return vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false)
end

local function put_cursor(text)
  for row, line in ipairs(lines()) do
    local column = line:find(text, 1, true)
    if column then return vim.api.nvim_win_set_cursor(0, { row, column - 1 }) end
  end
  error('no such text: ' .. text)
end

local function findings()
  return vim.tbl_map(function(one) return { code = one.code, line = one.lnum, message = one.message:gsub('\n.*', '') } end, vim.diagnostic.get(0))
end

local function run()
  vim.cmd('filetype on')
  vim.cmd('edit plan.belay')
  wait_until('findings', function() return #vim.diagnostic.get(0) > 0 end)
  seen.findings = findings()

  put_cursor('bsel')
  -- Of several actions the first is taken.
  vim.ui.select = function(items, _, choose)
    seen.actions = vim.tbl_map(function(item) return item[2].title end, items)
    choose(items[1], 1)
  end
  vim.lsp.buf.code_action()
  wait_until('the action', function() return vim.tbl_contains(lines(), '  on basel') end)
  wait_until('the finding to go', function() return #vim.diagnostic.get(0) > 0 and vim.diagnostic.get(0)[1].code ~= 'B0101' end)
  seen.proven = findings()

  put_cursor('keystone.server on "ctl1"')
  vim.lsp.buf.hover()
  local floating
  wait_until('a hover', function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then floating = window end
    end
    return floating ~= nil
  end)
  seen.hover = lines(vim.api.nvim_win_get_buf(floating))
  vim.api.nvim_win_close(floating, true)

  put_cursor('basel')
  vim.lsp.buf.rename('bern')
  wait_until('the rename', function() return vim.tbl_contains(lines(), '  on bern') end)
  wait_until('both files to be known', function() return #vim.diagnostic.get(0) == 1 end)
  seen.renamed = { plan = lines(), cloud = lines(vim.fn.bufnr('cloud.belay')) }

  put_cursor('restart keystone.server on "ctl2"')
  vim.cmd('normal! >>')
  if vim.lsp.buf.format then vim.lsp.buf.format({ timeout_ms = 10000 }) else vim.lsp.buf.formatting_sync(nil, 10000) end
  seen.formatted = lines()

  put_cursor('parallel')
  vim.cmd('normal! Orestart keystone.')
  vim.cmd('normal! $')
  local completed = vim.lsp.buf_request_sync(0, 'textDocument/completion', {
    textDocument = vim.lsp.util.make_text_document_params(), position = { line = vim.fn.line('.') - 1, character = #vim.fn.getline('.') },
  }, 10000)
  for _, answer in pairs(completed or {}) do
    if answer.result then seen.completed = vim.tbl_map(function(item) return item.label end, answer.result.items or answer.result) end
  end
end

local ok, problem = xpcall(run, debug.traceback)
if not ok then seen.problem = problem end
local file = assert(io.open(vim.env.BELAY_RESULTS, 'w'))
file:write(vim.fn.json_encode(seen))
file:close()
vim.cmd('qall!')
