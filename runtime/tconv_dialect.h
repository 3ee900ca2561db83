/*
 * tconv_dialect.h: the generations of Keras, where they compute different things.
 */
#ifndef TCONV_DIALECT_H
#define TCONV_DIALECT_H

enum tconv_dialect {
    TCONV_TF1,   /* tf.keras of TensorFlow 1 */
    TCONV_TF2,   /* tf.keras of TensorFlow 2, tf_keras */
    TCONV_KERAS3 /* Keras 3, on TensorFlow */
};

#endif
