using System.Globalization;

namespace ServerLib.Cli.Terminal;

/// <summary>The input line: its text, the cursor, and the history. It does not draw.</summary>
internal sealed class LineEditor
{
    private const int MaxHistory = 500;

    private readonly List<string> _history = [];
    private int _at;
    private string _new = "";
    private bool _remembers;

    public string Text { get; private set; } = "";

    /// <summary>The index of the cursor in <see cref="Text"/>, between two text elements.</summary>
    public int Cursor { get; private set; }

    /// <summary>Starts a new line.</summary>
    /// <param name="remembers">Whether the line is added to the history.</param>
    public void Begin(bool remembers)
    {
        _remembers = remembers;
        _at = _history.Count;
        _new = "";
        Set("");
    }

    public EditResult Handle(ConsoleKeyInfo key)
    {
        if (key.Modifiers.HasFlag(ConsoleModifiers.Control) && char.IsAsciiLetterUpper((char)key.Key))
            return HandleControl(key.Key);
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                AddToHistory();
                return EditResult.Line;
            case ConsoleKey.Backspace:
                Remove(Before(Cursor), Cursor);
                break;
            case ConsoleKey.Delete:
                Remove(Cursor, After(Cursor));
                break;
            case ConsoleKey.LeftArrow:
                Cursor = Before(Cursor);
                break;
            case ConsoleKey.RightArrow:
                Cursor = After(Cursor);
                break;
            case ConsoleKey.Home:
                Cursor = 0;
                break;
            case ConsoleKey.End:
                Cursor = Text.Length;
                break;
            case ConsoleKey.UpArrow:
                Recall(_at - 1);
                break;
            case ConsoleKey.DownArrow:
                Recall(_at + 1);
                break;
            case ConsoleKey.Escape:
                Set("");
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                    Insert(key.KeyChar.ToString());
                break;
        }

        return EditResult.Going;
    }

    /// <summary>Completes the word before the cursor to the longest common prefix of the words that begin with it.</summary>
    /// <returns>The words to choose from, if the word is the common prefix already.</returns>
    public IReadOnlyList<string> Complete(IEnumerable<string> words)
    {
        int start = Cursor == 0 ? 0 : Text.LastIndexOf(' ', Cursor - 1) + 1;
        string word = Text[start..Cursor];
        string[] fitting =
        [
            .. words.Where(one => one.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Distinct().Order(StringComparer.OrdinalIgnoreCase),
        ];
        if (fitting.Length == 0)
            return [];
        string agreed = fitting.Length == 1 ? fitting[0] + " " : Agreed(fitting);
        if (fitting.Length > 1 && agreed.Length <= word.Length)
            return fitting;
        Remove(start, Cursor);
        Insert(agreed);
        return [];
    }

    private EditResult HandleControl(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.C:
                if (Text.Length == 0)
                    return EditResult.End;
                Set("");
                break;
            case ConsoleKey.D:
                if (Text.Length == 0)
                    return EditResult.End;
                Remove(Cursor, After(Cursor));
                break;
            case ConsoleKey.A:
                Cursor = 0;
                break;
            case ConsoleKey.E:
                Cursor = Text.Length;
                break;
            case ConsoleKey.U:
                Remove(0, Cursor);
                break;
            case ConsoleKey.K:
                Remove(Cursor, Text.Length);
                break;
            case ConsoleKey.W:
                Remove(Text[..Cursor].TrimEnd().LastIndexOf(' ') + 1, Cursor);
                break;
            case ConsoleKey.J or ConsoleKey.M:
                AddToHistory();
                return EditResult.Line;
            case ConsoleKey.H:
                Remove(Before(Cursor), Cursor);
                break;
        }

        return EditResult.Going;
    }

    private void Set(string text)
    {
        Text = text;
        Cursor = text.Length;
    }

    private void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    private void Remove(int start, int end)
    {
        Text = Text.Remove(start, end - start);
        Cursor = start;
    }

    private int After(int index) => index == Text.Length ? index : index + StringInfo.GetNextTextElementLength(Text, index);

    private int Before(int index) => StringInfo.ParseCombiningCharacters(Text).LastOrDefault(start => start < index);

    private void AddToHistory()
    {
        if (!_remembers || Text.Length == 0 || (_history.Count > 0 && _history[^1] == Text))
            return;
        _history.Add(Text);
        if (_history.Count > MaxHistory)
            _history.RemoveAt(0);
    }

    private void Recall(int index)
    {
        if (!_remembers || index < 0 || index > _history.Count)
            return;
        if (_at == _history.Count)
            _new = Text;
        _at = index;
        Set(index == _history.Count ? _new : _history[index]);
    }

    private static string Agreed(string[] names)
    {
        int length = names.Min(name => name.Length);
        while (names.Any(name => !name.AsSpan(0, length).Equals(names[0].AsSpan(0, length), StringComparison.OrdinalIgnoreCase)))
            length--;
        return names[0][..length];
    }
}
