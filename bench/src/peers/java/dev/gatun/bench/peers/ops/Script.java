package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * One line of TorchScript, for operations of libtorch that DJL has no method for: an archive with a module whose
 * {@code forward} is that line, made in memory and loaded as any model is.
 */
final class Script {
    private static final String FOLDER = "line/";
    /** Pickles: an object of the class without anything but {@code training}, and an empty tuple. */
    private static final String MODULE = "\u0080\u0002c__torch__\nLine\n)\u0081}(X\b\0\0\0training\u0088ub.";

    private static final String CONSTANTS = "\u0080\u0002).";

    private final PtSymbolBlock block;

    /**
     * Compiles a line.
     *
     * @param manager the script ends with
     * @param operands names of the tensors it takes, separated by commas
     * @param line the expression that is the result
     */
    Script(PtNDManager manager, String operands, String line) {
        String code = "class Line(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
                + "  def forward(self: __torch__.Line,\n    " + operands.replace(",", ": Tensor,\n    ")
                + ": Tensor) -> Tensor:\n    return " + line + "\n";
        try {
            ByteArrayOutputStream archive = new ByteArrayOutputStream();
            try (ZipOutputStream zip = new ZipOutputStream(archive)) {
                put(zip, "data.pkl", MODULE);
                put(zip, "code/__torch__.py", code);
                put(zip, "constants.pkl", CONSTANTS);
                put(zip, "version", "3\n");
            }
            block = JniUtils.loadModule(manager, new ByteArrayInputStream(archive.toByteArray()), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        JniUtils.enableInferenceMode(block);
    }

    private static void put(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry(FOLDER + name));
        zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
        zip.closeEntry();
    }

    /** Runs it; the result belongs to the first operand's manager. */
    NDList call(NDArray... operands) {
        return IValueUtils.forward(block, new NDList(operands), false);
    }
}
