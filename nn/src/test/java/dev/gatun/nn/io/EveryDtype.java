package dev.gatun.nn.io;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Tensors of dtypes and layouts that a file must keep. */
final class EveryDtype {
    private EveryDtype() {}

    /** Named by dtype and layout, with something between. */
    static Map<String, Tensor> tensors(Set<DType> dtypes, String between) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (DType dtype : dtypes) {
            String name = dtype + between;
            tensors.put(name + "odd", Tensor.of(1f, 0f, 1f).to(dtype));
            tensors.put(
                    name + "turned",
                    Tensor.of(new float[][] {{1, 0, 1}, {0, 1, 1}}).to(dtype).t());
            tensors.put(name + "stepped", Tensor.ones(dtype, 5, 4).narrow(1, 1, 2));
            tensors.put(name + "empty", Tensor.zeros(dtype, 3, 0));
            tensors.put(name + "scalar", Tensor.scalar(1, dtype));
        }
        return tensors;
    }
}
