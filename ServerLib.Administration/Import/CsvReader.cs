using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Microsoft.VisualBasic.FileIO;

namespace ServerLib.Administration.Import;

/// <summary>
/// Reads comma-separated values (RFC 4180), also with semicolons or tabs. The first line names the columns. A value cannot contain a line end,
/// so a missing quotation mark damages one line only.
/// </summary>
internal static class CsvReader
{
    private const string Name = "name";
    private const string Hash = "hash";

    private static readonly string[] Columns =
        [Name, Hash, "role", "locked", "createdAt", "createdFrom", "passwordSetAt", "attemptCount", "logonCount", "broadcasts"];

    public static IEnumerable<ImportEntry> Read(Stream file)
    {
        string[]? columns = null;
        string delimiter = ",";
        foreach ((long number, ReadOnlyMemory<byte>? line) in TextLines.Read(file))
        {
            string? text = Decode(line, out string? problem);
            if (columns is null && text?.AsSpan().IndexOfAny(",;\t") is >= 0 and var first)
                delimiter = text[first..(first + 1)];
            string[]? fields = text is null ? null : Split(text, delimiter, out problem);
            if (columns is not null)
            {
                yield return fields is null ? ImportEntry.Bad(number, problem!) : Read(number, columns, fields);
                continue;
            }

            columns = fields ?? [];
            if ((problem ?? FindHeaderProblem(columns)) is { } wrong)
            {
                yield return ImportEntry.Bad(number, $"{wrong}; nothing was imported");
                yield break;
            }
        }

        if (columns is null)
            yield return ImportEntry.Bad(1, "the file is empty");
    }

    private static string? FindHeaderProblem(string[] columns)
    {
        if (!columns.Contains(Name) || !columns.Contains(Hash))
            return $"the first line must name the columns: at least {Name} and {Hash}, and any of {string.Join(", ", Columns[2..])}";
        if (Array.Find(columns, column => !Columns.Contains(column)) is { } unknown)
            return $"there is no column {ImportEntry.Shorten(unknown)}; the columns are {string.Join(", ", Columns)}";
        return columns.Distinct().Count() < columns.Length ? "a column is named twice" : null;
    }

    private static ImportEntry Read(long number, string[] columns, string[] fields)
    {
        string? name = null;
        try
        {
            if (fields.Length != columns.Length)
                throw new FormatException($"the line has {fields.Length} values, but there are {columns.Length} columns");
            var values = columns.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second);
            name = values[Name];
            return ImportEntry.Of(number, new AccountLine
            {
                Name = name,
                Hash = values[Hash],
                Role = values.GetValueOrDefault("role"),
                Locked = Flag(values.GetValueOrDefault("locked", "")),
                CreatedAt = Time(values.GetValueOrDefault("createdAt", "")),
                CreatedFrom = values.GetValueOrDefault("createdFrom"),
                PasswordSetAt = Time(values.GetValueOrDefault("passwordSetAt", "")),
                AttemptCount = Number(values.GetValueOrDefault("attemptCount", "")),
                LogonCount = Number(values.GetValueOrDefault("logonCount", "")),
                Broadcasts = Number(values.GetValueOrDefault("broadcasts", "")),
            }.ToAccount());
        }
        catch (FormatException e)
        {
            return ImportEntry.Bad(number, e.Message, name);
        }
    }

    private static string? Decode(ReadOnlyMemory<byte>? line, out string? problem)
    {
        problem = line switch
        {
            null => $"the line is longer than {TextLines.MaxLength} bytes",
            { } bytes => Utf8.IsValid(bytes.Span) ? null : "it is not valid UTF-8",
        };
        return problem is null ? Encoding.UTF8.GetString(line!.Value.Span) : null;
    }

    private static string[]? Split(string text, string delimiter, out string? problem)
    {
        problem = null;
        try
        {
            using var parser = new TextFieldParser(new StringReader(text)) { TrimWhiteSpace = false };
            parser.SetDelimiters(delimiter);
            return parser.ReadFields() ?? [];
        }
        catch (MalformedLineException)
        {
            problem = "a quotation mark is missing or misplaced";
            return null;
        }
    }

    private static bool Flag(string text) => text switch
    {
        "true" or "1" => true,
        "false" or "0" or "" => false,
        _ => throw new FormatException("locked is neither true nor false"),
    };

    private static DateTimeOffset? Time(string text) => text.Length == 0 ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time
        : throw new FormatException("a time is not valid; write it like 2026-01-31T12:00:00Z");

    private static long Number(string text) => text.Length == 0 ? 0
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : throw new FormatException("a counter is not a number");
}
