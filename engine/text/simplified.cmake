# OpenCC's lines "traditional<TAB>simplified [more]" to the rows of fold.c's table:
# "{0x9577,0x957F}," for each pair of single characters that differ, sorted.
#   cmake -DIN=ts.txt -DOUT=simplified.inc -P simplified.cmake
#
# CMake has no "code point of a character", so a character goes through its bytes
# in hexadecimal; the first of several simplified forms is the usual one.
file(STRINGS ${IN} lines ENCODING UTF-8)

# The code point of one UTF-8 character given as hex bytes; empty when it is not one.
function(code_point hex out)
  string(LENGTH "${hex}" digits)
  set(value "")
  if(digits EQUAL 6)
    string(SUBSTRING ${hex} 0 2 a)
    string(SUBSTRING ${hex} 2 2 b)
    string(SUBSTRING ${hex} 4 2 c)
    math(EXPR value "((0x${a} & 15) << 12) | ((0x${b} & 63) << 6) | (0x${c} & 63)" OUTPUT_FORMAT HEXADECIMAL)
  elseif(digits EQUAL 8)
    string(SUBSTRING ${hex} 0 2 a)
    string(SUBSTRING ${hex} 2 2 b)
    string(SUBSTRING ${hex} 4 2 c)
    string(SUBSTRING ${hex} 6 2 d)
    math(EXPR value "((0x${a} & 7) << 18) | ((0x${b} & 63) << 12) | ((0x${c} & 63) << 6) | (0x${d} & 63)"
         OUTPUT_FORMAT HEXADECIMAL)
  endif()
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

set(rows "")
foreach(line IN LISTS lines)
  if(line MATCHES "^([^\t]+)\t([^ \t]+)")
    set(from "${CMAKE_MATCH_1}")
    set(to "${CMAKE_MATCH_2}")
    if(NOT from STREQUAL to)
      string(HEX "${from}" from_hex)
      string(HEX "${to}" to_hex)
      code_point(${from_hex} a)
      code_point(${to_hex} b)
      if(a AND b)
        string(LENGTH "${a}" width)
        list(APPEND rows "${width}{${a},${b}},")      # The width in front makes 0xFFFF sort before 0x10000.
      endif()
    endif()
  endif()
endforeach()
list(SORT rows)
list(LENGTH rows n_rows)
if(n_rows LESS 3000)
  message(FATAL_ERROR "${IN}: only ${n_rows} pairs; is this OpenCC's TSCharacters as text?")
endif()
list(TRANSFORM rows REPLACE "^[0-9]" "")
list(JOIN rows "\n" text)
file(WRITE ${OUT} "${text}\n")
