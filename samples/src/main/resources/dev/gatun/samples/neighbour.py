"""What Python does in samples/run zero-copy. It runs inside the process of Java and is given addresses, nothing else."""
import ctypes

api = ctypes.pythonapi
api.PyCapsule_New.restype = ctypes.py_object
api.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
api.PyCapsule_GetPointer.restype = ctypes.c_void_p
api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
api.PyCapsule_SetName.argtypes = [ctypes.py_object, ctypes.c_char_p]

NAME, TAKEN = b"dltensor", b"used_dltensor"  # kept: a capsule holds the name's address alone
kept = {}


class Given:
    """A managed tensor as an object that speaks DLPack."""

    def __init__(self, managed):
        self.managed = managed

    def __dlpack__(self, stream=None, **options):
        return api.PyCapsule_New(self.managed, NAME, None)

    def __dlpack_device__(self):
        return (1, 0)


def pointer(capsule):
    """The managed tensor of a capsule, which its taker deletes from now on."""
    managed = api.PyCapsule_GetPointer(capsule, NAME)
    api.PyCapsule_SetName(capsule, TAKEN)
    return managed


def answer(address, *values):
    cells = (ctypes.c_int64 * len(values)).from_address(address)
    cells[:] = values


def numpy_take(managed, answers):
    import numpy

    x = numpy.from_dlpack(Given(managed))
    answer(answers, x.ctypes.data, int(x.sum()))


def numpy_give(answers):
    import numpy

    x = numpy.arange(6, dtype=numpy.float32).reshape(2, 3)
    kept["numpy"] = x
    answer(answers, pointer(x.__dlpack__()), x.ctypes.data)


def numpy_read(answers):
    answer(answers, int(kept.pop("numpy").sum()))


def torch_take(managed, answers):
    from torch.utils.dlpack import from_dlpack

    x = from_dlpack(Given(managed).__dlpack__())
    x.mul_(2)
    answer(answers, x.data_ptr(), int(x.sum()))


def torch_give(answers):
    import torch
    from torch.utils.dlpack import to_dlpack

    x = torch.arange(6, dtype=torch.float32).reshape(2, 3).t()
    kept["torch"] = x
    answer(answers, pointer(to_dlpack(x)), x.data_ptr())


def torch_read(answers):
    answer(answers, int(kept.pop("torch").sum()))


def has(module, answers):
    import importlib.util

    answer(answers, int(importlib.util.find_spec(module) is not None))
