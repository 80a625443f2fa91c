package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("table.csv"), text);
    }

    /** The one line for a text, without the path at its end. */
    private String refusal(String text, Csv.Options options) throws IOException {
        Path file = file(text);
        String line =
                assertThrows(IOException.class, () -> Csv.read(file, options)).getMessage();
        assertTrue(line.endsWith(": " + file) && line.lines().count() == 1, line);
        return line.replace(": " + file, "");
    }

    private String refusal(String text) throws IOException {
        return refusal(text, Csv.Options.defaults());
    }

    @Test
    void read_header_namesColumns() throws IOException {
        CsvTable table = Csv.read(file("a,\"b, quoted\", c \n1,2.5,-3e2\r\n\n4,\"5\", 6 \n"));
        assertEquals(List.of("a", "b, quoted", "c"), table.columns());
        assertEquals(Shape.of(2, 3), table.data().shape());
        assertEquals(DType.F32, table.data().dtype());
        assertArrayEquals(new float[] {1, 2.5f, -300, 4, 5, 6}, table.data().toFloatArray());
        assertArrayEquals(new float[] {2.5f, 5}, table.column("b, quoted").toFloatArray());
        var e = assertThrows(IllegalArgumentException.class, () -> table.column("d"));
        assertEquals("csvTable: no column 'd': columns are 'a', 'b, quoted', 'c'", e.getMessage());
    }

    @Test
    void read_options_areObeyed() throws IOException {
        var options = Csv.Options.defaults()
                .withDelimiter('\t')
                .withHeader(false)
                .withDtype(DType.F64)
                .withSkipped("0")
                .withConverter("1", Csv.date("yyyy-MM-dd"))
                .withConverter("2", Csv.categories(List.of("low", "high")))
                .withEmpty(Double.NaN);
        CsvTable table = Csv.read(file("x\t1970-01-03\thigh\t0.1\ny\t2000-02-29\tlow\t"), options);
        assertEquals(List.of("1", "2", "3"), table.columns());
        assertEquals(DType.F64, table.data().dtype());
        assertArrayEquals(
                new double[] {2, 1, 0.1, 11016, 0, Double.NaN}, table.data().toDoubleArray());
    }

    @Test
    void read_markAndSpecialNumbers_areTaken() throws IOException {
        Path file = folder.resolve("mark.csv");
        Files.write(file, "\uFEFFa,b\nnan,-inf\nInfinity,+1.\n.5,1E-3".getBytes(StandardCharsets.UTF_8));
        CsvTable table = Csv.read(file);
        assertEquals(List.of("a", "b"), table.columns());
        float infinity = Float.POSITIVE_INFINITY;
        assertArrayEquals(
                new float[] {Float.NaN, -infinity, infinity, 1, 0.5f, 1e-3f},
                table.data().toFloatArray());
        Files.write(file, "\uFEFFa\n1".getBytes(StandardCharsets.UTF_16LE));
        assertEquals(List.of("a"), Csv.read(file).columns());
    }

    @Test
    void read_manyRows_keepsTheirOrder() throws IOException {
        StringBuilder text = new StringBuilder("a,b,c\n");
        int rows = 70_001; // several blocks
        for (int i = 0; i < rows; i++) {
            text.append(i).append(',').append(-i).append(",1\n");
        }
        CsvTable table = Csv.read(file(text.toString()));
        float[] a = table.column("a").toFloatArray();
        float[] b = table.column("b").toFloatArray();
        assertEquals(rows, a.length);
        for (int i = 0; i < rows; i++) {
            assertEquals(i, a[i]);
            assertEquals(-i, b[i]);
        }
    }

    @Test
    void read_wrongFieldCount_namesTheLine() throws IOException {
        assertEquals("csv: line 3: 1 fields instead of 2", refusal("a,b\n1,2\n3\n"));
        assertEquals("csv: line 5: 3 fields instead of 2", refusal("a,b\n\n\"1\",2\n\n3,4,5\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "1f", "1d", "0x1p3", "1,5", "--1", "1e", "1 2", "+", "-", "e5", "nan1", "１２x"})
    void read_textInANumberColumn_namesLineAndColumn(String text) throws IOException {
        assertEquals(
                "csv: line 3, column 'b': not a number: '" + text + "'",
                refusal("a;b\n1;2\n3;" + text + "\n", Csv.Options.defaults().withDelimiter(';')));
    }

    @Test
    void read_badField_saysWhatItsConverterTakes() throws IOException {
        assertEquals("csv: line 2, column 'a': not a number: ''", refusal("a,b\n,1\n"));
        assertEquals(
                "csv: line 2, column 'a': not a date of that pattern: '2011-13-01'",
                refusal("a\n2011-13-01\n", Csv.Options.defaults().withConverter("a", Csv.date("yyyy-MM-dd"))));
        assertEquals(
                "csv: line 2, column 'a': not one of 1 categories: 'y'",
                refusal("a\ny\n", Csv.Options.defaults().withConverter("a", Csv.categories(List.of("x")))));
        String line = refusal("a\n" + "x".repeat(100_000) + "\n");
        assertTrue(line.length() < 120, line);
    }

    @Test
    void read_emptyFiles_saySo() throws IOException {
        assertEquals("csv: empty", refusal(""));
        assertEquals("csv: empty", refusal("\n\n"));
        assertEquals("csv: no rows below the header", refusal("a,b\n"));
        Path missing = folder.resolve("missing.csv");
        var e = assertThrows(IOException.class, () -> Csv.read(missing));
        assertEquals("csv: no such file: " + missing, e.getMessage());
        e = assertThrows(IOException.class, () -> Csv.read(folder));
        assertEquals("csv: no such file: " + folder, e.getMessage());
    }

    @Test
    void read_brokenQuotes_areOneLine() throws IOException {
        assertTrue(refusal("a,b\n\"1,2\n3,4\n").startsWith("csv: "));
        assertTrue(refusal("a,b\n\"1\"x,2\n").startsWith("csv: "));
        byte[] noise = new byte[50_000];
        new java.util.Random(1).nextBytes(noise);
        Path file = folder.resolve("noise.csv");
        Files.write(file, noise);
        String line = assertThrows(IOException.class, () -> Csv.read(file)).getMessage();
        assertTrue(line.startsWith("csv: ") && line.lines().count() == 1, line);
    }

    @Test
    void options_bad_sayWhy() throws IOException {
        Path file = file("a,b\n1,2\n");
        var unknown = Csv.Options.defaults().withSkipped("c");
        var e = assertThrows(IllegalArgumentException.class, () -> Csv.read(file, unknown));
        assertEquals("csv: no column 'c': columns are 'a', 'b': " + file, e.getMessage());
        var all = Csv.Options.defaults().withSkipped("a", "b");
        e = assertThrows(IllegalArgumentException.class, () -> Csv.read(file, all));
        assertEquals("csv: all columns are skipped: " + file, e.getMessage());
        e = assertThrows(
                IllegalArgumentException.class,
                () -> new Csv.Options(',', true, DType.I64, Set.of(), Map.of(), OptionalDouble.empty()));
        assertEquals("csv: a table is f32 or f64: i64", e.getMessage());
        e = assertThrows(
                IllegalArgumentException.class, () -> Csv.Options.defaults().withDelimiter('"'));
        assertEquals("csv: the delimiter is a quote or a line's end: 34", e.getMessage());
    }

    @Test
    void read_wine_isWhole() throws IOException {
        CsvTable wine = Csv.read(
                RealData.path("tabular/winequality-white.csv"),
                Csv.Options.defaults().withDelimiter(';'));
        assertEquals(Shape.of(4898, 12), wine.data().shape());
        assertEquals("fixed acidity", wine.columns().getFirst());
        assertEquals("quality", wine.columns().getLast());
        assertEquals(5.8779, wine.column("quality").mean().item(), 1e-4);
    }

    @Test
    void read_bikes_convertsTheDate() throws IOException {
        CsvTable bikes = Csv.read(
                RealData.path("tabular/hour-fixed.csv"),
                Csv.Options.defaults().withConverter("dteday", text -> Double.parseDouble(text.substring(8, 10))));
        assertEquals(Shape.of(17520, 17), bikes.data().shape());
        assertEquals(1, bikes.column("dteday").select(0, 0).item());
        assertEquals(31, bikes.column("dteday").select(0, 17519).item());
    }
}
