package dev.gatun.testing.fuzz;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.memory.Net;
import dev.gatun.runtime.random.Generator;
import dev.gatun.testing.Memory;
import dev.gatun.testing.fuzz.Arg.Form;
import dev.gatun.testing.fuzz.Arg.Making;
import dev.gatun.testing.fuzz.Call.Outcome;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Says what is wrong with a call: with what it gave, what it said, what it left behind. */
final class Judge {
    /** The house's form: what was called, what is wrong, what it got; or what it got, in brackets, within the problem. */
    private static final Pattern FORM = Pattern.compile("[A-Za-z][A-Za-z0-9_.]*: [^\\s:].*(: |\\[).*[^\\s]");

    /** Whose result is about where elements lie, or which tensor is which, or is whatever was there. */
    private static final Set<String> BY_LAYOUT = Set.of(
            "alias",
            "asStrided",
            "cloneAs",
            "empty",
            "emptyLike",
            "gradAllowUnused",
            "isContiguous",
            "layout",
            "newEmpty",
            "storage",
            "strides",
            "toString");

    private static final String LEFT = "it leaves something behind: ";

    /** Whose steps on the way may leave the range, or not, by the order in which they are taken. */
    private static final Set<String> BY_ORDER = Set.of(
            "prod",
            "cumprod",
            "cumprod_",
            "addmm",
            "addmm_",
            "addmv",
            "addmv_",
            "addr",
            "addr_",
            "addbmm",
            "addbmm_",
            "bmm",
            "dot",
            "einsum",
            "linear",
            "matmul",
            "mm",
            "mv",
            "nanmean",
            "nansum",
            "tensordot",
            "vdot",
            "baddbmm",
            "baddbmm_");

    /** Which write into an argument that is there for it. */
    private static final Set<String> CHANGING = Set.of("batchNorm", "copy");

    private final Map<String, Method> bySignature;
    private final Oracles oracles = new Oracles();

    Judge(List<Method> methods) {
        this.bySignature = Call.bySignature(methods);
    }

    /** What a call came to. */
    record Verdict(boolean refused, String wrong) {}

    /** Makes the call; wrong is null where all is well. */
    Verdict judge(Call call) {
        Verdict verdict = once(call);
        return verdict.wrong() != null && verdict.wrong().startsWith(LEFT) ? again(call) : verdict;
    }

    /** Counts once more when nothing else is pending: the collector gives back what it finds at any time. */
    private Verdict again(Call call) {
        Memory.settle();
        return once(call);
    }

    private Verdict once(Call call) {
        long used = Device.cpu().memory().used();
        long watched = Net.count();
        Verdict verdict;
        try (Scope scope = Scope.open()) {
            verdict = inScope(call);
        } catch (RuntimeException | Error e) {
            verdict = new Verdict(false, "the judge failed: " + trace(e));
        }
        long left = Device.cpu().memory().used() - used;
        if (verdict.wrong() == null && left > 0) {
            return new Verdict(verdict.refused(), LEFT + left + " bytes");
        }
        if (verdict.wrong() == null && Net.count() > watched) {
            return new Verdict(verdict.refused(), LEFT + (Net.count() - watched) + " handles");
        }
        return verdict;
    }

    private Verdict inScope(Call call) {
        Generator.global().manualSeed(1);
        Object[] args;
        try {
            args = call.make(new Making(Form.VIEWS));
        } catch (RuntimeException e) { // of a record's constructor, or of a view
            return new Verdict(true, complaint(e));
        }
        List<Snapshot> before = snapshots(args);
        Outcome outcome = call.run(args);
        if (outcome.failed()) {
            String wrong = complaint(outcome.thrown());
            if (wrong == null && !before.equals(snapshots(args))) {
                wrong = "it is refused, yet something was written: "
                        + outcome.thrown().getMessage();
            }
            return new Verdict(true, wrong);
        }
        if (call.tensors().stream().anyMatch(TensorArg::released)) {
            return new Verdict(false, null); // it was not needed
        }
        List<Object> contents = Snapshot.contents(outcome.result());
        List<Snapshot> after = snapshots(args);
        if (!CHANGING.contains(call.name()) && !call.isInPlace() && !before.equals(after)) {
            return new Verdict(false, "an argument was changed: " + before + " became " + after);
        }
        String wrong = call.isInPlace() ? null : oracles.check(call, args, contents);
        if (wrong == null) {
            wrong = onCopies(call, contents, before, after);
        }
        if (wrong == null) {
            wrong = outOfPlace(call, contents);
        }
        if (wrong == null) {
            wrong = backward(outcome.result());
        }
        return new Verdict(false, wrong);
    }

    /** What is wrong with an exception; null where it is a refusal as it should be. */
    static String complaint(Throwable thrown) {
        boolean kind = thrown instanceof GatunException
                || thrown.getClass() == IllegalArgumentException.class
                || thrown.getClass() == IllegalStateException.class;
        if (!kind) {
            return "it throws " + trace(thrown);
        }
        String message = thrown.getMessage();
        if (message == null || !FORM.matcher(message).matches()) {
            return "not 'op: problem: what it got' in one line: " + message;
        }
        return null;
    }

    private static String trace(Throwable thrown) {
        StringBuilder text = new StringBuilder(thrown.toString());
        StackTraceElement[] frames = thrown.getStackTrace();
        for (int i = 0; i < Math.min(6, frames.length); i++) {
            text.append(i == 0 ? " at " : " < ")
                    .append(frames[i].getFileName())
                    .append(':')
                    .append(frames[i].getLineNumber());
        }
        return text.toString();
    }

    private static List<Snapshot> snapshots(Object... args) {
        List<Snapshot> all = new ArrayList<>();
        for (Object arg : args) {
            for (NdArray x : Snapshot.tensors(arg instanceof java.util.stream.Stream ? null : arg)) {
                all.add(x.isReleased() ? new Snapshot(x.dtype(), x.shape(), new long[0]) : Snapshot.of(x));
            }
        }
        return all;
    }

    /** Whether the first argument shows some elements several times, so that all change with one. */
    private static boolean isExpanded(Call call) {
        return !call.tensors().isEmpty()
                && call.tensors().getFirst().steps().stream()
                        .anyMatch(step -> step.text().startsWith(".expand"));
    }

    /** The call on contiguous copies gives the same bits; sums, which go another way round, nearly. */
    private String onCopies(Call call, List<Object> contents, List<Snapshot> before, List<Snapshot> after) {
        if (BY_LAYOUT.contains(call.name())
                || BY_ORDER.contains(call.name())
                || call.isInPlace() && isExpanded(call)
                || call.tensors().stream().allMatch(x -> x.steps().isEmpty())) {
            return null;
        }
        Generator.global().manualSeed(1);
        Object[] args = call.make(new Making(Form.COPIES));
        Outcome outcome = call.run(args);
        if (outcome.failed()) {
            boolean noRoom = String.valueOf(outcome.thrown().getMessage()).startsWith("memory: "); // for both results
            return noRoom ? null : "on copies it is refused: " + outcome.thrown();
        }
        List<Object> others = Snapshot.contents(outcome.result());
        if (!Snapshot.near(contents, others, before)) {
            return "on copies it gives " + text(others) + ", on views " + text(contents);
        }
        if (call.isInPlace()
                && !after.isEmpty()
                && !after.getFirst().near(snapshots(args).getFirst(), before)) {
            return "on a copy it leaves " + snapshots(args).getFirst() + ", on a view " + after.getFirst();
        }
        return null;
    }

    /** What changes its first argument leaves there what its counterpart gives. */
    private String outOfPlace(Call call, List<Object> contents) {
        String signature = Call.signature(call.method());
        Method counterpart = call.name().endsWith("_") ? bySignature.get(signature.replace("_(", "(")) : null;
        if (counterpart == null
                || isExpanded(call)
                || contents.isEmpty()
                || !(contents.getFirst() instanceof Snapshot found)) {
            return null;
        }
        Generator.global().manualSeed(1);
        Outcome outcome = new Call(counterpart, call.args()).run(call.make(new Making(Form.COPIES)));
        if (outcome.failed()) {
            return "without _ it is refused: " + outcome.thrown();
        }
        if (outcome.result() instanceof Tensor y) {
            Snapshot expected = Snapshot.of(y.detach().to(found.dtype()));
            return expected.near(found, List.of(expected))
                    ? null
                    : "without _ it gives " + expected + ", in place " + found;
        }
        return null;
    }

    /** Whatever requires grad can be walked back. */
    private static String backward(Object result) {
        for (NdArray x : Snapshot.tensors(result)) {
            if (x instanceof Tensor y && !y.isReleased() && y.requiresGrad() && !y.isLeaf() && y.count() < 10_000) {
                try {
                    y.backward(Tensor.ones(y.dtype(), y.shape().toArray()), true, false);
                } catch (RuntimeException | Error e) {
                    String wrong = complaint(e);
                    if (wrong != null) {
                        return "backward: " + wrong;
                    }
                }
            }
        }
        return null;
    }

    private static String text(List<Object> contents) {
        String text = Arrays.deepToString(contents.toArray());
        return text.length() > 600 ? text.substring(0, 600) + "..." : text;
    }
}
