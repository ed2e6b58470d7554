using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Protocol;

/// <summary>The serializer of servers and clients whose application has chosen none. They share it, because it keeps what it knows about types.</summary>
internal static class DefaultSerializer
{
    public const string Reflection = "The default serializer uses reflection. Pass a JsonTypeInfo.";

    private static JsonBodySerializer? _shared;

    /// <summary>The serializer, which is created when it is first used, because it needs reflection.</summary>
    public static IBodySerializer Instance
    {
        [RequiresUnreferencedCode(Reflection)]
        [RequiresDynamicCode(Reflection)]
        get => _shared ??= new JsonBodySerializer();
    }
}
