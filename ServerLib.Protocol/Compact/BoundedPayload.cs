using System.Text.Json;

namespace ServerLib.Protocol;

/// <summary>Serializes answers that may be too long for one frame, and shortens them so that they fit.</summary>
internal static class BoundedPayload
{
    private const string DataOmitted = "\n(without its data, which is larger than a frame)";
    private const string TextCut = "\n(cut here, for it is larger than a frame)";

    /// <summary>As much of a text as fits into a control frame together with short members.</summary>
    public static string Text(string text, int maxFrameSize)
    {
        const int OtherMembers = 512;
        const int MaxEscapeSize = 6;
        int room = maxFrameSize - OtherMembers;
        if (text.Length * (long)MaxEscapeSize <= room || JsonEncodedText.Encode(text).EncodedUtf8Bytes.Length <= room)
            return text;
        int length = room / MaxEscapeSize;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    /// <summary>The answer to USERS. It lists as many names as fit, and always the total.</summary>
    public static byte[] Users(IReadOnlyCollection<string> users, string? group, int maxFrameSize, uint? id = null)
    {
        byte[] json = Serialize([.. users], users.Count, group);
        if (json.Length < maxFrameSize)
            return json;
        int room = maxFrameSize - 1 - Serialize([], users.Count, group).Length;
        string[] some = [.. users.TakeWhile(user => (room -= JsonEncodedText.Encode(user).EncodedUtf8Bytes.Length + "\"\",".Length) >= 0)];
        return Serialize(some, users.Count, group);

        byte[] Serialize(string[] users, int total, string? group) =>
            CompactControl.Serialize(new CompactControl.UserList(users, total, group, id), CompactJson.Default.UserList);
    }

    /// <summary>The answer that lists the keys of the client's account. It leaves out the last ones that do not fit.</summary>
    public static byte[] SavedKeys(string? publicKey, IEnumerable<UserKey> keys, int maxFrameSize, uint? id = null)
    {
        CompactControl.SavedKey[] saved =
            [.. keys.Select(key => new CompactControl.SavedKey(key.Name, key.Fingerprint, key.Added, key.LastUsed))];
        byte[] json;
        while ((json = Serialize(saved)).Length >= maxFrameSize)
            saved = saved[..^1];
        return json;

        byte[] Serialize(CompactControl.SavedKey[] saved) =>
            CompactControl.Serialize(new CompactControl.Key(null, publicKey, null, null, Saved: saved, Id: id), CompactJson.Default.Key);
    }

    /// <summary>
    /// The answer to COMMAND. If it does not fit, it loses its data and table first, then the end of its text, and says so. JSON loses its text, and if
    /// that is not enough, it is replaced by an error.
    /// </summary>
    public static byte[] Output(CommandOutput output, int maxFrameSize, uint? id = null)
    {
        int max = maxFrameSize - 1;
        if (TrySerialize(output, max, id) is { } whole)
            return whole;
        if (output.IsJson)
            return TrySerialize(output with { Text = "" }, max, id) ?? TooLarge(maxFrameSize, id);
        byte[] text = WithNote(output, output.Text.Length, DataOmitted, max, id);
        return text.Length <= max ? text : WithNote(output, LongestFitting(output, max, id), TextCut, max, id);
    }

    private static byte[] TooLarge(int maxFrameSize, uint? id) => CompactControl.Serialize(
        new CompactControl.Output(
            1, $"The output is larger than a frame of {maxFrameSize} bytes. Ask for less, or for text instead of JSON.", null, id),
        CompactJson.Default.Output);

    private static byte[]? TrySerialize(CommandOutput output, int max, uint? id)
    {
        // JSON is never shorter than the text, so a long text is not worth serializing.
        if (output.Text.Length > max)
            return null;
        byte[] json = CompactControl.Serialize(new CompactControl.Output(output.Exit, output.Text, output.Data, id, output.Table), CompactJson.Default.Output);
        return json.Length <= max ? json : null;
    }

    private static byte[] WithNote(CommandOutput output, int length, string note, int max, uint? id) => CompactControl.Serialize(
        new CompactControl.Output(output.Exit, string.Concat(output.Text.AsSpan(0, Math.Min(length, max)), note), null, id),
        CompactJson.Default.Output);

    /// <summary>Finds by bisection how much of the text fits, without splitting a surrogate pair.</summary>
    private static int LongestFitting(CommandOutput output, int max, uint? id)
    {
        (int fits, int doesNot) = (0, Math.Min(output.Text.Length, max) + 1);
        while (doesNot - fits > 1)
        {
            int middle = fits + ((doesNot - fits) / 2);
            if (WithNote(output, middle, TextCut, max, id).Length <= max)
                fits = middle;
            else
                doesNot = middle;
        }

        return fits > 0 && char.IsHighSurrogate(output.Text[fits - 1]) ? fits - 1 : fits;
    }
}
