using System.Globalization;
using System.Text.RegularExpressions;

/// <summary>What a terminal shows, as far as the program uses it: text, colors, and movements of the cursor.</summary>
internal sealed partial class Screen
{
    public const int Columns = 98;

    private readonly List<List<Cell>> _rows = [[]];
    private string _pending = "";
    private int _row;
    private int _column;
    private Cell _style = new(' ', null, IsBold: false, IsDim: false);

    public IReadOnlyList<IReadOnlyList<Cell>> Rows => _rows;

    public void Write(ReadOnlySpan<char> text)
    {
        _pending += text.ToString();
        int at = 0;
        while (at < _pending.Length)
        {
            if (_pending[at] == '\u001b')
            {
                Match escape = Escape().Match(_pending, at);
                if (!escape.Success)
                    break;
                Control(escape.Groups[1].Value, escape.Groups[2].Value);
                at += escape.Length;
            }
            else
            {
                Put(_pending[at++]);
            }
        }

        _pending = _pending[at..];
    }

    private void Put(char value)
    {
        switch (value)
        {
            case '\r':
                _column = 0;
                break;
            case '\n':
                _row++;
                break;
            case '\b':
                _column = Math.Max(0, _column - 1);
                break;
            case >= ' ':
                if (_column == Columns)
                    (_row, _column) = (_row + 1, 0);
                List<Cell> row = Row();
                while (row.Count <= _column)
                    row.Add(new Cell(' ', null, IsBold: false, IsDim: false));
                row[_column++] = _style with { Value = value };
                break;
        }
    }

    private List<Cell> Row()
    {
        while (_rows.Count <= _row)
            _rows.Add([]);
        return _rows[_row];
    }

    private void Control(string parameters, string command)
    {
        int[] numbers = [.. parameters.TrimStart('?').Split(';').Select(n => int.TryParse(n, CultureInfo.InvariantCulture, out int value) ? value : 0)];
        int count = Math.Max(1, numbers[0]);
        switch (command)
        {
            case "A":
                _row = Math.Max(0, _row - count);
                break;
            case "B":
                _row += count;
                break;
            case "C":
                _column = Math.Min(Columns - 1, _column + count);
                break;
            case "D":
                _column = Math.Max(0, _column - count);
                break;
            case "G":
                _column = count - 1;
                break;
            case "H":
                (_row, _column) = (count - 1, Math.Max(1, numbers.ElementAtOrDefault(1)) - 1);
                break;
            case "J":
                Erase();
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case "K":
                Erase();
                break;
            case "m":
                Style(numbers);
                break;
        }
    }

    private void Erase()
    {
        List<Cell> row = Row();
        if (row.Count > _column)
            row.RemoveRange(_column, row.Count - _column);
    }

    private void Style(int[] numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            _style = numbers[i] switch
            {
                0 => new Cell(' ', null, IsBold: false, IsDim: false),
                1 => _style with { IsBold = true },
                2 => _style with { IsDim = true },
                22 => _style with { IsBold = false, IsDim = false },
                >= 30 and <= 37 => _style with { Color = numbers[i] - 30 },
                >= 90 and <= 97 => _style with { Color = numbers[i] - 90 + 8 },
                38 when numbers.ElementAtOrDefault(i + 1) == 5 && i + 2 < numbers.Length => _style with { Color = numbers[i += 2] % 16 },
                39 => _style with { Color = null },
                _ => _style,
            };
        }
    }

    [GeneratedRegex(@"\G\u001b(?:\[([0-9;?]*)([A-Za-z])|[=>78])")]
    private static partial Regex Escape();
}
