package dev.gatun.nn.optim.schedulers;

import dev.gatun.nn.StateDict;
import dev.gatun.nn.optim.Optimizer;

/**
 * A learning rate that goes down half a cosine and begins anew; {@code
 * torch.optim.lr_scheduler.CosineAnnealingWarmRestarts}.
 *
 * {@snippet :
 * var scheduler = new CosineAnnealingWarmRestarts(optimizer, 10);
 * for (int epoch = 0; epoch < 2; epoch++) {
 *     optimizer.step(); // for each batch
 *     scheduler.step();
 * }
 * System.out.printf("%.4f%n", optimizer.lr()); // 0.0905
 * }
 *
 * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov, Hutter 2017</a>
 */
public final class CosineAnnealingWarmRestarts extends LRScheduler {
    private final long t0;
    private final long tMult;
    private final double etaMin;
    private double tCur = -1;
    private long tI;

    /**
     * A schedule down to 0, of periods of one length.
     *
     * @param optimizer whose groups it changes
     * @param t0 epochs of a period, above 0
     */
    public CosineAnnealingWarmRestarts(Optimizer optimizer, long t0) {
        this(optimizer, t0, 1, 0);
    }

    /**
     * A schedule.
     *
     * @param optimizer whose groups it changes
     * @param t0 epochs of the first period, above 0
     * @param tMult how many times longer each period is than the one before, at least 1
     * @param etaMin the lowest rate
     * @throws IllegalArgumentException if an argument is out of range
     */
    public CosineAnnealingWarmRestarts(Optimizer optimizer, long t0, long tMult, double etaMin) {
        super("cosineAnnealingWarmRestarts", optimizer);
        require(t0 > 0, "t0 is not positive", t0);
        require(tMult >= 1, "tMult is below 1", tMult);
        require(etaMin >= 0, "etaMin is negative", etaMin);
        this.t0 = t0;
        this.tMult = tMult;
        this.etaMin = etaMin;
        this.tI = t0;
        start();
    }

    @Override
    protected double next(int group, double lr) {
        return etaMin + (baseLrs().get(group) - etaMin) * (1 + Math.cos(Math.PI * tCur / tI)) / 2;
    }

    @Override
    public void step() {
        if (lastEpoch() < 0) {
            step(0);
            return;
        }
        tCur++;
        if (tCur >= tI) {
            tCur -= tI;
            tI *= tMult;
        }
        super.step();
    }

    @Override
    void jumpTo(long epoch) {
        step((double) epoch);
    }

    /**
     * Goes to an epoch, or to a place within one: after batch i of an epoch of n, {@code step(epoch + i / n)}.
     *
     * @param epoch not negative
     * @throws IllegalArgumentException if it is
     */
    public void step(double epoch) {
        require(epoch >= 0, "epoch is negative", epoch);
        if (epoch < t0) {
            tI = t0;
            tCur = epoch;
        } else if (tMult == 1) {
            tCur = epoch % t0;
        } else {
            int n = (int) (Math.log(epoch / (double) t0 * ((double) tMult - 1) + 1) / Math.log((double) tMult));
            double before = (double) t0 * (Math.pow((double) tMult, n) - 1) / ((double) tMult - 1);
            tCur = epoch - before;
            tI = t0 * Math.round(Math.pow((double) tMult, n));
        }
        lastEpoch((long) Math.floor(epoch));
        set(true);
    }

    @Override
    public StateDict stateDict() {
        return super.stateDict().put("T_cur", tCur).put("T_i", tI);
    }

    @Override
    public Runnable prepareLoad(StateDict state) {
        double cur = state.getDouble("T_cur");
        long period = state.getLong("T_i");
        Runnable others = super.prepareLoad(state);
        return () -> {
            others.run();
            tCur = cur;
            tI = period;
        };
    }
}
