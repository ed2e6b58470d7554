using Notes._1.Contracts;
using ServerLib;

namespace Notes._1.Server;

/// <summary>Adds the notes to a server. The program and the tests use it.</summary>
public static class NotesBuilderExtensions
{
    public static IServerLibBuilder AddNotes(this IServerLibBuilder builder) => builder
        .Use<IBodySerializer>(new JsonBodySerializer(NotesJson.Default.Options))
        .AddSingleton<NoteBoard, NoteBoard>()
        .MapCalls<NoteCalls>();
}
