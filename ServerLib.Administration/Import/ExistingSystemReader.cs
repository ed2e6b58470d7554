using System.Text.Json;

namespace ServerLib.Administration.Import;

/// <summary>Reads the <c>user_data.json</c> of the existing system: <c>{"users": {ALIAS: {…}}}</c>.</summary>
internal sealed class ExistingSystemReader
{
    private const string Users = "users";

    private readonly JsonTokens _tokens;
    private bool _isAmongUsers;
    private bool _hasUsers;
    private bool _isOver;

    private ExistingSystemReader(Stream file) => _tokens = new JsonTokens(file);

    public static IEnumerable<ImportEntry> Read(Stream file)
    {
        var reader = new ExistingSystemReader(file);
        while (reader.Next() is { } entry)
            yield return entry;
    }

    private ImportEntry? Next()
    {
        if (_isOver)
            return null;
        try
        {
            if (!_isAmongUsers && !FindUsers())
                return End(_hasUsers ? null : "it has no member 'users' that is an object, so it is not a file of the existing system");
            if (_tokens.Read() && _tokens.Kind == JsonTokenType.PropertyName)
                return new ExistingUserReader(_tokens).Read(_tokens.Text, _tokens.Line);
            _isAmongUsers = false;
            return End(FindUsers() ? "it has two members 'users'; the second was not read" : null);
        }
        catch (JsonException e)
        {
            return End("it is not valid JSON from here on, or is cut off; the rest was not read", e.LineNumber + 1);
        }
    }

    private ImportEntry? End(string? problem, long? line = null)
    {
        _isOver = true;
        return problem is null ? null : ImportEntry.Bad(line ?? _tokens.Line, problem);
    }

    /// <summary>Reads up to the object with the users.</summary>
    /// <returns><see langword="false"/> at the end of the file.</returns>
    private bool FindUsers()
    {
        while (_tokens.Read())
        {
            if (_tokens.Kind == JsonTokenType.StartArray)
                _tokens.Skip();
            if (_tokens is not { Kind: JsonTokenType.PropertyName, Text: var name } || !_tokens.Read())
                continue;
            if (name == Users && _tokens.Kind == JsonTokenType.StartObject)
                return _hasUsers = _isAmongUsers = true;
            _tokens.Skip();
        }

        return false;
    }
}
