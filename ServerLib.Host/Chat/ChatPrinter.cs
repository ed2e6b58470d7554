using System.Globalization;
using static ServerLib.TextSanitizer;

namespace ServerLib.Cli.Chat;

/// <summary>Formats received messages as lines that are safe for a terminal.</summary>
/// <param name="time">The clock, for the time before each message; <see langword="null"/> for none, because scripts read the lines.</param>
internal sealed class ChatPrinter(TimeProvider? time)
{
    /// <summary>The line of a message; <see langword="null"/> for what <see cref="ChatConnection"/> reports.</summary>
    public string? Line(ReceivedMessage message)
    {
        string? text = message.Kind switch
        {
            ReceivedKind.Message => message.Sender.Length == 0 ? message.Text : $"{message.Sender}: {message.Text}",
            ReceivedKind.Direct => $"{message.Sender} (to you): {message.Text}",
            ReceivedKind.Group => $"[{message.Group}] {message.Sender}: {message.Text}",
            ReceivedKind.Joined => $"* {message.Sender} joined{Where(message)}",
            ReceivedKind.Left => $"* {message.Sender} left{Where(message)}",
            ReceivedKind.Error => $"! {message.Text}{(message.About is { } about ? $" ({about})" : "")}",
            ReceivedKind.Reconnected => "* you may have missed messages, and what you sent last may be lost",
            _ => null,
        };
        return text is null ? null : Timed(Escape(text));
    }

    /// <summary>A line with the time before it.</summary>
    public string Timed(string line) =>
        time is null ? line : string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm} {line}");

    private static string Where(ReceivedMessage message) => message.Group is { } group ? $" {group}" : "";
}
