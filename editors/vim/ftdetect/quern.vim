autocmd BufNewFile,BufRead *.qn setfiletype quern
