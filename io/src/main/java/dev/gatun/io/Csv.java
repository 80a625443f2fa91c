package dev.gatun.io;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Tables of numbers in text files, one row a line, as RFC 4180 describes them; {@code numpy.loadtxt}.
 *
 * <p>Files are UTF-8, or what their byte order mark says. Empty lines are passed over.
 *
 * {@snippet :
 * Path file = folder.resolve("wine.csv");
 * Files.writeString(file, "alcohol;quality\n8.8;6\n9.5;5\n");
 * CsvTable wine = Csv.read(file, Csv.Options.defaults().withDelimiter(';'));
 * System.out.println(wine.column("quality")); // tensor([6., 5.])
 * }
 */
public final class Csv {
    /**
     * How a file is read.
     *
     * @param delimiter between the fields of a line; a comma
     * @param header whether the first line names the columns; true. Without it they are called "0", "1", ...
     * @param dtype of the table, F32 or F64; F32
     * @param skipped columns that are left out; none
     * @param converters from a column's name to what makes a number of its text; none, so every field must be a number
     * @param empty the number for an empty field; none, so an empty field is an error
     */
    public record Options(
            char delimiter,
            boolean header,
            DType dtype,
            Set<String> skipped,
            Map<String, ToDoubleFunction<String>> converters,
            OptionalDouble empty) {
        /**
         * Checks the options.
         *
         * @throws IllegalArgumentException if the dtype is neither F32 nor F64, or the delimiter a quote or line's end
         */
        public Options {
            if (dtype != DType.F32 && dtype != DType.F64) {
                throw new IllegalArgumentException("csv: a table is f32 or f64: " + dtype);
            }
            if (delimiter == '"' || delimiter == '\n' || delimiter == '\r') {
                throw new IllegalArgumentException("csv: the delimiter is a quote or a line's end: " + (int) delimiter);
            }
            skipped = Set.copyOf(skipped);
            converters = Map.copyOf(converters);
        }

        /**
         * The defaults.
         *
         * @return the options
         */
        public static Options defaults() {
            return new Options(',', true, DType.F32, Set.of(), Map.of(), OptionalDouble.empty());
        }

        /**
         * These with another delimiter.
         *
         * @param value between the fields of a line
         * @return new options
         */
        public Options withDelimiter(char value) {
            return new Options(value, header, dtype, skipped, converters, empty);
        }

        /**
         * These with or without a first line that names the columns.
         *
         * @param value whether there is one
         * @return new options
         */
        public Options withHeader(boolean value) {
            return new Options(delimiter, value, dtype, skipped, converters, empty);
        }

        /**
         * These with another dtype.
         *
         * @param value F32 or F64
         * @return new options
         */
        public Options withDtype(DType value) {
            return new Options(delimiter, header, value, skipped, converters, empty);
        }

        /**
         * These with more columns left out.
         *
         * @param columns their names
         * @return new options
         */
        public Options withSkipped(String... columns) {
            Set<String> all = new HashSet<>(skipped);
            all.addAll(List.of(columns));
            return new Options(delimiter, header, dtype, all, converters, empty);
        }

        /**
         * These with a converter for a column.
         *
         * @param column its name
         * @param converter makes a number of a field's text, without the blanks around it; throws
         *     IllegalArgumentException or DateTimeException where it cannot
         * @return new options
         */
        public Options withConverter(String column, ToDoubleFunction<String> converter) {
            Map<String, ToDoubleFunction<String>> all = new HashMap<>(converters);
            all.put(column, converter);
            return new Options(delimiter, header, dtype, skipped, all, empty);
        }

        /**
         * These with a number for empty fields.
         *
         * @param value such as NaN
         * @return new options
         */
        public Options withEmpty(double value) {
            return new Options(delimiter, header, dtype, skipped, converters, OptionalDouble.of(value));
        }
    }

    /** Rows are handed over to native memory in blocks of about so many numbers. */
    private static final int BLOCK = 1 << 16;

    private static final int SHOWN = 40;

    private Csv() {}

    /**
     * Reads a table of numbers.
     *
     * @param file its path
     * @param options how
     * @return its column names and [rows, columns]
     * @throws IOException if there is no such file or no row, a line has another number of fields, or a field is no number;
     *     one line that names the file, and the line and column
     * @throws IllegalArgumentException if the options name a column that is not there, or leave none
     */
    public static CsvTable read(Path file, Options options) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new FileNotFoundException("csv: no such file: " + file);
        }
        try (CsvReader<CsvRecord> reader = CsvReader.builder()
                .fieldSeparator(options.delimiter)
                .commentStrategy(CommentStrategy.NONE)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .detectBomHeader(true)
                .ofCsvRecord(file)) {
            return new Reading(file, options).read(reader.iterator());
        } catch (CsvParseException | UncheckedIOException e) {
            throw new IOException("csv: " + deepest(e) + ": " + file, e);
        }
    }

    /**
     * Reads a table of F32 numbers between commas, whose first line names the columns.
     *
     * @param file its path
     * @return its column names and [rows, columns]
     * @throws IOException if there is no such file or no row, a line has another number of fields, or a field is no number;
     *     one line that names the file, and the line and column
     */
    public static CsvTable read(Path file) throws IOException {
        return read(file, Options.defaults());
    }

    /**
     * A converter for a column of dates: days since 1970-01-01.
     *
     * @param pattern as {@link DateTimeFormatter#ofPattern(String)} reads it, such as {@code yyyy-MM-dd}
     * @return the converter
     * @throws IllegalArgumentException if there is no such pattern
     */
    public static ToDoubleFunction<String> date(String pattern) {
        DateTimeFormatter format = DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
        return text -> LocalDate.parse(text, format).toEpochDay();
    }

    /**
     * A converter for a column of categories: a text's place in a list.
     *
     * @param names of the categories, from 0
     * @return the converter; other texts are errors
     */
    public static ToDoubleFunction<String> categories(List<String> names) {
        Map<String, Integer> places = new HashMap<>();
        for (String name : names) {
            places.putIfAbsent(name, places.size());
        }
        return text -> {
            Integer place = places.get(text);
            if (place == null) {
                throw new IllegalArgumentException("not one of " + names.size() + " categories");
            }
            return place;
        };
    }

    /** What the parser found wrong, in one line; its own outermost sentence only says where. */
    private static String deepest(Throwable e) {
        Throwable last = e;
        while (last.getCause() != null && last.getCause().getMessage() != null) {
            last = last.getCause();
        }
        String text = last == e || e.getMessage() == null
                ? String.valueOf(e.getMessage())
                : e.getMessage() + ": " + last.getMessage();
        return text.lines()
                .map(String::strip)
                .reduce((a, b) -> a + " " + b)
                .orElse(e.getClass().getSimpleName());
    }

    /** One reading of one file. */
    private static final class Reading {
        private final Path file;
        private final Options options;
        private List<String> names = List.of();
        private int[] kept = {};
        private List<ToDoubleFunction<String>> parsers = List.of();

        Reading(Path file, Options options) {
            this.file = file;
            this.options = options;
        }

        CsvTable read(Iterator<CsvRecord> records) throws IOException {
            if (!records.hasNext()) {
                throw new IOException("csv: empty: " + file);
            }
            CsvRecord first = records.next();
            setColumns(first);
            List<Tensor> blocks = new ArrayList<>();
            List<String> columns = IntStream.of(kept).mapToObj(names::get).toList();
            try (var scope = dev.gatun.runtime.Scope.open()) {
                double[] block = new double[Math.max(1, BLOCK / kept.length) * kept.length];
                int filled = 0;
                if (!options.header) {
                    parse(first, block, 0);
                    filled = kept.length;
                }
                while (records.hasNext()) {
                    if (filled == block.length) {
                        blocks.add(tensor(block, filled));
                        filled = 0;
                    }
                    parse(records.next(), block, filled);
                    filled += kept.length;
                }
                if (filled > 0) {
                    blocks.add(tensor(block, filled));
                }
                if (blocks.isEmpty()) {
                    throw new IOException("csv: no rows below the header: " + file);
                }
                return new CsvTable(columns, scope.keep(Tensor.cat(blocks, 0)));
            }
        }

        private Tensor tensor(double[] block, int filled) {
            return Tensor.of(block)
                    .narrow(0, 0, filled)
                    .view(-1, kept.length)
                    .to(options.dtype)
                    .clone();
        }

        private void setColumns(CsvRecord first) {
            int n = first.getFieldCount();
            names = IntStream.range(0, n)
                    .mapToObj(i -> options.header ? first.getField(i).strip() : Integer.toString(i))
                    .toList();
            requireKnown(options.skipped);
            requireKnown(options.converters.keySet());
            kept = IntStream.range(0, n)
                    .filter(i -> !options.skipped.contains(names.get(i)))
                    .toArray();
            if (kept.length == 0) {
                throw new IllegalArgumentException("csv: all columns are skipped: " + file);
            }
            parsers = IntStream.of(kept)
                    .mapToObj(i -> options.converters.getOrDefault(names.get(i), Reading::number))
                    .toList();
        }

        private void requireKnown(Set<String> asked) {
            for (String name : asked) {
                if (!names.contains(name)) {
                    throw new IllegalArgumentException(
                            "csv: no column '" + name + "': columns are '" + String.join("', '", names) + "': " + file);
                }
            }
        }

        private void parse(CsvRecord row, double[] into, int at) throws IOException {
            if (row.getFieldCount() != names.size()) {
                throw new IOException("csv: line " + row.getStartingLineNumber() + ": " + row.getFieldCount()
                        + " fields instead of " + names.size() + ": " + file);
            }
            for (int i = 0; i < kept.length; i++) {
                String text = row.getField(kept[i]).strip();
                if (text.isEmpty() && options.empty.isPresent()) {
                    into[at + i] = options.empty.getAsDouble();
                    continue;
                }
                try {
                    into[at + i] = parsers.get(i).applyAsDouble(text);
                } catch (IllegalArgumentException | DateTimeException e) {
                    throw new IOException(
                            "csv: line " + row.getStartingLineNumber() + ", column '" + names.get(kept[i]) + "': "
                                    + problem(e) + ": '" + shortened(text) + "': " + file,
                            e);
                }
            }
        }

        private static String problem(RuntimeException e) {
            return switch (e) {
                case NumberFormatException number -> "not a number";
                case DateTimeException date -> "not a date of that pattern";
                default -> e.getMessage() == null ? "not what its converter takes" : e.getMessage();
            };
        }

        private static String shortened(String text) {
            String line = text.replaceAll("\\s+", " ");
            return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
        }

        /** As Double.parseDouble, but without Java's suffixes and hexadecimal numbers, and with nan and inf. */
        private static double number(String text) {
            char last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
            if (last >= '0' && last <= '9' && text.indexOf('x') < 0 && text.indexOf('X') < 0 || last == '.') {
                return Double.parseDouble(text);
            }
            boolean isNegative = text.startsWith("-");
            String word = (isNegative || text.startsWith("+") ? text.substring(1) : text).toLowerCase(Locale.ROOT);
            return switch (word) {
                case "nan" -> Double.NaN;
                case "inf", "infinity" -> isNegative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
                default -> throw new NumberFormatException(text);
            };
        }
    }
}
