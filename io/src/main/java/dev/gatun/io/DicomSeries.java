package dev.gatun.io;

import dev.gatun.autograd.Tensor;
import java.util.List;

/**
 * A volume made of slices. PyTorch has none; {@code imageio.volread} gives an array with such numbers in its {@code
 * meta}.
 *
 * {@snippet :
 * DicomSeries scan = new DicomSeries(Tensor.zeros(1, 3, 512, 512), List.of(4, 5, 6), 2.5, 0.7, 0.7);
 * double millimetres = scan.depthSpacing() * scan.volume().size(1);
 * }
 *
 * @param volume F32 [1, depth, height, width]
 * @param numbers the instance numbers of the slices, in their order; none where files do not say
 * @param depthSpacing from a slice's middle to the next one's, in mm; NaN where files do not say
 * @param heightSpacing from a row's middle to the next one's, in mm; NaN where files do not say
 * @param widthSpacing from a column's middle to the next one's, in mm; NaN where files do not say
 */
public record DicomSeries(
        Tensor volume, List<Integer> numbers, double depthSpacing, double heightSpacing, double widthSpacing) {
    /** Copies the list. */
    public DicomSeries {
        numbers = List.copyOf(numbers);
    }
}
