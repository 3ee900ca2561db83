-- words_strassen: the words of passes that multiply halves. Fields of pass.strassen
-- (gen/bind_strassen.c, gen/strassen.h, gen/layout.h):
--
-- pixels, pairs    of one image
-- depth            reduced channels of one product, of all taps
-- n_targets        taps that the pixels are multiplied with one by one
-- groups           the pieces that all pairs are cut into, block_groups of them the most that
--                  are transformed at a time
-- row, v, v_product, sums, sums_block
-- products         each with a, b, c: the blocks that it reads and adds to, {row, column, is_less}

-- The sum of blocks that a product reads, of names name_i_j; one of them is added, and comes first.
function sum_of_blocks(blocks, name)
    local first, text = blocks[1].is_less and 2 or 1, ""
    for i, block in ipairs(blocks) do
        if i ~= first then
            text = text .. (block.is_less and " - " or " + ") .. variable(name, block.row, block.column)
        end
    end
    return variable(name, blocks[first].row, blocks[first].column) .. text
end

-- What becomes of the blocks of c that a product belongs to: set, add or subtract, as part of a
-- kernel's name, and as C. A block is set by the first product that it sums.
function strassen_updates(pass)
    local is_set, list = {}, {}
    for number, product in ipairs(pass.strassen.products) do
        local update = {number = number - 1, blocks = product.c, words = {}}
        for i, block in ipairs(product.c) do
            local place = 2 * block.row + block.column
            update.words[i] = block.is_less and "subtract" or is_set[place] and "add" or "set"
            is_set[place] = true
        end
        update.name = table.concat(update.words, "_")
        list[number] = update
    end
    return list
end

-- A product as the identity has it, for a comment.
function strassen_identity(product)
    local targets = {}
    for i, block in ipairs(product.c) do
        targets[i] = (block.is_less and "less in " or "in ") .. variable("c", block.row, block.column)
    end
    return string.format("(%s) times (%s), %s", sum_of_blocks(product.a, "a"),
                         sum_of_blocks(product.b, "b"), table.concat(targets, " and "))
end

update_operator = {set = "=", add = "+=", subtract = "-="}

-- Elements of the packed weights of a product, and of all of two blocks of lanes.
function strassen_weights(pass)
    local product = pass.strassen.depth * pass.blocks[1].width
    return product, #pass.strassen.products * product
end

-- Pairs of blocks of lanes.
function n_halves(pass)
    return n_blocks(pass) // 2
end
