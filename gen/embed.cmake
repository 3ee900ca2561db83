# Writes OUTPUT, a C file that holds the FILES as byte arrays: the texts compiled into tconv.
# Run as a script: cmake -DOUTPUT=... "-DFILES=a;b" -P embed.cmake
set(arrays "")
set(rows "")
set(number 0)
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
  string(APPEND arrays "static const char text_${number}[] = {\n${bytes}0};\n")
  string(APPEND rows "    {\"${name}\", text_${number}, sizeof text_${number} - 1},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUTPUT}" "/* Made by gen/embed.cmake. */\n#include \"builtin.h\"\n\n${arrays}
const struct builtin builtin_texts[] = {
${rows}    {0}};
")
