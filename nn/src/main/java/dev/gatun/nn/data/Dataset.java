package dev.gatun.nn.data;

import dev.gatun.nn.data.transforms.Transform;
import dev.gatun.runtime.random.Generator;

/**
 * Samples by index; {@code torch.utils.data.Dataset}. A {@link DataLoader} with workers calls {@link #get} from several
 * threads at once.
 *
 * {@snippet :
 * final class Squares implements Dataset {
 *     @Override
 *     public int size() {
 *         return 10;
 *     }
 *
 *     @Override
 *     public Sample get(int index) {
 *         return new Sample(Tensor.of((float) index), Tensor.of((float) index * index));
 *     }
 * }
 *
 * System.out.println(new Squares().get(3).target().item()); // 9.0
 * }
 */
public interface Dataset {
    /**
     * How many samples there are.
     *
     * @return at least 0
     */
    int size();

    /**
     * One sample. Its tensors belong to the scope that is open, or to the data set if it keeps them.
     *
     * @param index from 0 up to, not including, the size
     * @return the sample
     */
    Sample get(int index);

    /**
     * One sample, as a loader asks for it: with random numbers that depend on its seed, the epoch and the sample's place
     * alone, so that they are the same with any number of workers. A data set that draws, or passes on to another one,
     * overrides this; others do not.
     *
     * @param index from 0 up to, not including, the size
     * @param draws the sample's random numbers
     * @return the sample
     */
    default Sample get(int index, Generator draws) {
        return get(index);
    }

    /**
     * This data set with something done to the data of each sample; torchvision's {@code transform}.
     *
     * @param transform of a sample's data
     * @return a view of this data set
     */
    default Dataset withTransform(Transform transform) {
        return new TransformedDataset(this, transform, (x, draws) -> x);
    }

    /**
     * This data set with something done to the target of each sample; torchvision's {@code target_transform}.
     *
     * @param transform of a sample's target
     * @return a view of this data set
     */
    default Dataset withTargetTransform(Transform transform) {
        return new TransformedDataset(this, (x, draws) -> x, transform);
    }
}
