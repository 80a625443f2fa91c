package dev.gatun.testing.fuzz;

import dev.gatun.testing.fuzz.Arg.Making;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One call of an operation.
 *
 * @param method that is called
 * @param args what it gets; the first is the receiver where it has one
 */
record Call(Method method, List<Arg> args) {
    /** What a call gave, or what it threw. */
    record Outcome(Object result, Throwable thrown) {
        boolean failed() {
            return thrown != null;
        }
    }

    /** The operation's name. */
    String name() {
        return method.getName();
    }

    /** Whether it changes its first argument. */
    boolean isInPlace() {
        return name().endsWith("_") && !name().equals("requiresGrad_")
                || name().equals("set")
                || name().equals("write")
                || name().equals("read")
                || name().equals("toBuffer");
    }

    /** Its arguments; what is thrown on the way is the constructor's of a record. */
    Object[] make(Making making) {
        Object[] made = new Object[args.size()];
        for (int i = 0; i < made.length; i++) {
            made[i] = args.get(i).make(making);
        }
        return made;
    }

    /** Calls it. */
    Outcome run(Object... made) {
        boolean bound = !Modifier.isStatic(method.getModifiers());
        Object[] rest = made.clone();
        if (bound) {
            rest = new Object[made.length - 1];
            System.arraycopy(made, 1, rest, 0, rest.length);
        }
        try {
            Object result = method.invoke(bound ? made[0] : null, rest);
            return new Outcome(result instanceof Stream<?> stream ? stream.toList() : result, null);
        } catch (InvocationTargetException e) {
            return new Outcome(null, e.getCause());
        } catch (RuntimeException e) { // of a stream, as it is read
            return new Outcome(null, e);
        } catch (IllegalAccessException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    /** The tensors among the arguments. */
    List<TensorArg> tensors() {
        return args.stream().flatMap(arg -> arg.tensors().stream()).toList();
    }

    /** The same call with simpler arguments, one change each. */
    List<Call> simpler() {
        List<Call> all = new ArrayList<>();
        for (TensorArg tensor : tensors()) {
            for (TensorArg other : tensor.simpler()) {
                all.add(new Call(
                        method,
                        args.stream().map(arg -> arg.with(tensor, other)).toList()));
            }
        }
        return all;
    }

    /** A line of Java that makes this call. */
    String java() {
        Map<Base, Integer> uses = new HashMap<>();
        tensors().forEach(tensor -> uses.merge(tensor.base(), 1, Integer::sum));
        Map<Base, String> names = new HashMap<>();
        StringBuilder line = new StringBuilder();
        tensors().forEach(tensor -> {
            if (uses.get(tensor.base()) > 1 && !names.containsKey(tensor.base())) {
                String name = "x" + (names.isEmpty() ? "" : names.size());
                names.put(tensor.base(), name);
                line.append("Tensor ")
                        .append(name)
                        .append(" = ")
                        .append(tensor.base().java())
                        .append("; ");
            }
        });
        List<String> texts =
                new ArrayList<>(args.stream().map(arg -> arg.java(names)).toList());
        String on = method.getDeclaringClass().getSimpleName();
        if (!Modifier.isStatic(method.getModifiers())) {
            on = texts.removeFirst();
        }
        return line.append(on)
                .append('.')
                .append(name())
                .append(texts.stream().collect(Collectors.joining(", ", "(", ");")))
                .toString();
    }

    /** Its name with the simple names of its parameters, as tables have them. */
    static String signature(Method method) {
        return method.getDeclaringClass().getSimpleName()
                + "."
                + method.getName()
                + Stream.of(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    /** The operations of a list by signature. */
    static Map<String, Method> bySignature(List<Method> methods) {
        Map<String, Method> all = new HashMap<>();
        methods.forEach(method -> all.put(signature(method), method));
        return all;
    }
}
