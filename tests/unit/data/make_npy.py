"""Wrote the .npy files beside this script, with numpy 2.4.6. Element e in C order is e - 2.5."""
import numpy as np


def ramp(shape, descr):
    return (np.arange(np.prod(shape, dtype=int)) - 2.5).reshape(shape).astype(descr)


np.save("f4.npy", ramp((2, 3), "<f4"))
np.save("f8_fortran.npy", np.asfortranarray(ramp((2, 3, 4), "<f8")))
np.save("f4_big.npy", np.asfortranarray(ramp((3, 2), ">f4")))
np.save("f8_big.npy", ramp((5,), ">f8"))
np.save("f8_scalar.npy", ramp((), "<f8"))
np.save("f4_empty.npy", ramp((0, 3), "<f4"))
np.save("i4.npy", ramp((2,), "<i4"))
np.save("f2.npy", ramp((2,), "<f2"))
np.save("object.npy", np.array([None, 1], dtype=object))
for major in 2, 3:
    with open("f4_v%d.npy" % major, "wb") as file:
        np.lib.format.write_array(file, ramp((2, 3), "<f4"), version=(major, 0))
