" Editing of Quern scripts.
if exists("b:did_ftplugin")
  finish
endif
let b:did_ftplugin = 1

setlocal comments=:##,:# commentstring=#\ %s
setlocal expandtab shiftwidth=4 softtabstop=4
setlocal cindent cinoptions=L0,(s,m1 cinkeys=0{,0},0),0],!^F,o,O

let b:undo_ftplugin = "setlocal comments< commentstring< expandtab< shiftwidth< softtabstop< cindent< cinoptions< cinkeys<"
