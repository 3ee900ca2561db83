# tconv_add_kernel(NAME CONFIG file.json [INPUT_SHAPE h,w,c] [TARGET t] [UNROLL u]
#                  [PASSES p] [NUMERICS n] [MAX_STATEMENTS n] [MAX_CODE_BYTES n]
#                  [DIALECT d] [PLAN plan.json] [TRAINING])
#
# Makes the layer that file.json describes a library target NAME (alias tconv::NAME) whose
# header is "NAME.h". It is generated again when the config, the plan or tconv itself (with
# the templates in it) changes, and compiled again only when the text of the kernel changed.
# With TRAINING it has NAME_training (and NAME_activity) and links tconv::training.
function(tconv_add_kernel NAME)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TRAINING"
    "CONFIG;INPUT_SHAPE;TARGET;UNROLL;PASSES;NUMERICS;MAX_STATEMENTS;MAX_CODE_BYTES;DIALECT;PLAN"
    "")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tconv_add_kernel(${NAME}): got ${arg_UNPARSED_ARGUMENTS}; expected "
      "CONFIG, INPUT_SHAPE, TARGET, UNROLL, PASSES, NUMERICS, MAX_STATEMENTS, MAX_CODE_BYTES, "
      "DIALECT, PLAN or TRAINING")
  endif()
  if(arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "tconv_add_kernel(${NAME}): got ${arg_KEYWORDS_MISSING_VALUES} without "
      "a value")
  endif()
  if(NOT arg_CONFIG)
    message(FATAL_ERROR "tconv_add_kernel(${NAME}): expected CONFIG file.json")
  endif()
  get_filename_component(config "${arg_CONFIG}" ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
  set(options "")
  set(inputs "${config}")
  foreach(option INPUT_SHAPE TARGET UNROLL PASSES NUMERICS MAX_STATEMENTS
      MAX_CODE_BYTES DIALECT)
    if(arg_${option})
      string(TOLOWER "--${option}" flag)
      string(REPLACE "_" "-" flag "${flag}")
      list(APPEND options ${flag} "${arg_${option}}")
    endif()
  endforeach()
  if(arg_TRAINING)
    list(APPEND options --training)
  endif()
  if(arg_PLAN)
    get_filename_component(plan "${arg_PLAN}" ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    list(APPEND options --plan "${plan}")
    list(APPEND inputs "${plan}")
  endif()

  set(level 2)
  if(NOT arg_PLAN AND (NOT arg_TARGET OR arg_TARGET STREQUAL "portable"))
    set(level 3) # without vector types the compiler must find the vectors itself
  endif()

  set(directory ${CMAKE_CURRENT_BINARY_DIR}/tconv/${NAME})
  add_custom_command(
    OUTPUT ${directory}/${NAME}.c ${directory}/${NAME}.h
    COMMAND tconv::tconv gen "${config}" -o ${directory} --name ${NAME}
            --depfile ${directory}/${NAME}.d ${options}
    DEPENDS tconv::tconv ${inputs}
    DEPFILE ${directory}/${NAME}.d
    COMMENT "Generating the kernel ${NAME}"
    VERBATIM)
  add_library(${NAME} STATIC ${directory}/${NAME}.c ${directory}/${NAME}.h)
  add_library(tconv::${NAME} ALIAS ${NAME})
  target_include_directories(${NAME} PUBLIC ${directory})
  target_link_libraries(${NAME} PUBLIC tconv::$<IF:$<BOOL:${arg_TRAINING}>,training,runtime>)
  target_compile_options(${NAME} PRIVATE -O${level} -ffp-contract=fast
    -fno-trapping-math -fno-math-errno)
endfunction()
