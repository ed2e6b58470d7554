namespace ServerLib.Connections;

/// <summary>The serializer that is used where the application has chosen none. Created when it is first used, because it needs reflection.</summary>
internal static class DefaultSerializer
{
    public static IBodySerializer Instance { get; } = new JsonBodySerializer();
}
