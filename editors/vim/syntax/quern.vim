" Highlighting of Quern scripts.
if exists("b:current_syntax")
  finish
endif

syntax keyword quernStorage let mut
syntax keyword quernFunction fn nextgroup=quernFunctionName skipwhite
syntax keyword quernConditional if else match
syntax keyword quernRepeat for in while loop
syntax keyword quernStatement break continue return yield async await receive
syntax keyword quernException try catch finally throw
syntax keyword quernInclude import as
syntax keyword quernWordOperator and or not xor
syntax keyword quernBoolean true false
syntax keyword quernConstant none pi tau inf nan newaxis

syntax match quernFunctionName "\k\+" contained
" Words only in their places: the step of a range, the last arm of a receive.
syntax match quernWordOperator "\%(\k\|[)\]]\)\@1<=\s\+by\ze\s\+[[:alnum:]_(-]"
syntax match quernStatement "\<after\>\ze\s\+[^=]*=>"
" Type names after the colon of an annotation or of `dtype`, and after `->`.
syntax match quernType "\%(:\|->\||\|\[\)\@2<=\s*\<\%(int\|float\|f32\|i32\|u8\|bool\|complex\|str\|array\|list\|tuple\|record\|dict\|range\|fn\|task\|generator\|channel\|pid\|mvar\|signal\|error\)\>\ze\%(\s*[(:]\)\@!"

syntax match quernOperator "[-+*/%@^|&~<>=!]"
syntax match quernOperator "\.\.=\?\|\.\.\."

syntax match quernNumber "\<0[xX][0-9a-fA-F_]\+\>"
syntax match quernNumber "\<0[oO][0-7_]\+\>"
syntax match quernNumber "\<0[bB][01_]\+\>"
syntax match quernNumber "\<\d[0-9_]*\%(i\|f32\)\?\>"
syntax match quernFloat "\<\d[0-9_]*\.\d[0-9_]*\%([eE][+-]\?\d[0-9_]*\)\?\%(i\|f32\)\?\>"
syntax match quernFloat "\<\d[0-9_]*[eE][+-]\?\d[0-9_]*\%(i\|f32\)\?\>"

syntax match quernEscape "\\\%([ntr0\"\\]\|u{\x\+}\)" contained
syntax region quernString start=+"+ end=+"+ end="$" contains=quernEscape oneline
syntax region quernString start=+"""+ end=+"""+ contains=quernEscape
syntax region quernFString matchgroup=quernString start=+\<f"+ end=+"+ end="$" contains=quernEscape,quernBraces,quernInterpolation oneline
syntax region quernFString matchgroup=quernString start=+\<f"""+ end=+"""+ contains=quernEscape,quernBraces,quernInterpolation
syntax region quernInterpolation matchgroup=quernDelimiter start="{" end="}" contained contains=quernFormat,quernParens,@quernCode
" After the interpolation: of two that start alike the later wins.
syntax match quernBraces "{{\|}}" contained
syntax match quernFormat ":[^{}\"]*\ze}" contained
" Inside brackets a colon names an argument and starts no format.
syntax region quernParens start="(" end=")" contained transparent contains=quernParens,@quernCode
syntax region quernParens start="\[" end="\]" contained transparent contains=quernParens,@quernCode
syntax cluster quernCode contains=quernStorage,quernFunction,quernConditional,quernRepeat,quernStatement,quernException,quernWordOperator,quernBoolean,quernConstant,quernType,quernOperator,quernNumber,quernFloat,quernString,quernFString

syntax match quernComment "#.*$" contains=quernTodo
syntax match quernDocumentation "##.*$" contains=quernTodo
syntax keyword quernTodo TODO FIXME XXX NOTE contained

" A """ text may have started far above.
syntax sync minlines=200

highlight default link quernStorage StorageClass
highlight default link quernFunction Keyword
highlight default link quernFunctionName Function
highlight default link quernConditional Conditional
highlight default link quernRepeat Repeat
highlight default link quernStatement Statement
highlight default link quernException Exception
highlight default link quernInclude Include
highlight default link quernWordOperator Operator
highlight default link quernOperator Operator
highlight default link quernBoolean Boolean
highlight default link quernConstant Constant
highlight default link quernType Type
highlight default link quernNumber Number
highlight default link quernFloat Float
highlight default link quernString String
highlight default link quernFString String
highlight default link quernEscape SpecialChar
highlight default link quernBraces SpecialChar
highlight default link quernDelimiter Delimiter
highlight default link quernFormat Special
highlight default link quernComment Comment
highlight default link quernDocumentation SpecialComment
highlight default link quernTodo Todo

let b:current_syntax = "quern"
