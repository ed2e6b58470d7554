using System.CodeDom.Compiler;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace ServerLib.Tests.CodeRules;

/// <summary>
/// Two servers in one process must not affect each other through static fields. Constants, and readonly fields whose value can't change,
/// are fine; arrays count as constants.
/// </summary>
[TestClass]
public sealed class StaticStateTests
{
    private const string NeverChanged = "A collection or an options object that is filled once and not changed.";

    private static readonly string[] NotPackaged = ["ServerLib.Tests", "ServerLib.Benchmarks"];

    /// <summary>The other static fields, and why each does not connect two servers.</summary>
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["AccountAuditWriter.Format"] = NeverChanged,
        ["ActorNames.All"] = NeverChanged,
        ["BanTarget.OfAddresses"] = NeverChanged,
        ["ChatRoom.ShuttingDown"] = "A message that is encoded once.",
        ["CommandJson.Options"] = NeverChanged,
        ["CommandJson.Readable"] = NeverChanged,
        ["Connection._lastId"] = "Numbers connections, so that no two connections of a process have the same id.",
        ["ConsolePrinter.Queue"] = "The process has one console.",
        ["ServerData.BackupFiles"] = NeverChanged,
        ["DefaultSerializer._shared"] = "It has no state that a client can see.",
        ["EndpointRules.Default"] = NeverChanged,
        ["EpollLoop._ofThisThread"] = "Thread static: the loop that runs on this thread.",
        ["Finalizers.Monitor"] = "Reflection on LiteDB.",
        ["Finalizers.Transactions"] = "Reflection on LiteDB.",
        ["JsonBody._spare"] = "Thread static: an object to use again.",
        ["JsonBody._spareOptions"] = "Thread static: the options of the object to use again.",
        ["ListenerSettings.ByListener"] = "Keyed by the listener of one server, and gone with it.",
        ["Migrations.All"] = NeverChanged,
        ["OptionSet.Server"] = NeverChanged,
        ["OptionSet.Endpoint"] = NeverChanged,
        ["OutgoingMessage._spare"] = "Thread static: an object to use again.",
        ["PooledBody._spare"] = "Thread static: an object to use again.",
        ["TestServer.SharedKey"] = "A key pair for tests. It is never disposed.",
        ["TextSanitizer.UnprintableValues"] = NeverChanged,
        ["TlsIdentity.Protocols"] = NeverChanged,
        ["WriteBatch._ofThisThread"] = "Thread static: the batch that is open on this thread.",
    };

    [TestMethod]
    public void A_static_field_that_can_change_has_a_reason()
    {
        string[] unexplained = [.. AllFields().Where(name => !Allowed.ContainsKey(name))];

        Assert.IsEmpty(unexplained, $"Let a server own these, or give a reason in {nameof(StaticStateTests)}: {string.Join(", ", unexplained)}");
    }

    [TestMethod]
    public void A_reason_belongs_to_an_existing_field()
    {
        string[] stale = [.. Allowed.Keys.Except(AllFields())];

        Assert.IsEmpty(stale, $"Remove these from {nameof(StaticStateTests)}: {string.Join(", ", stale)}");
    }

    private static IEnumerable<string> AllFields() => Assemblies().SelectMany(assembly => assembly.GetTypes()).SelectMany(Fields);

    private static IEnumerable<Assembly> Assemblies() =>
        from file in Directory.GetFiles(AppContext.BaseDirectory, "ServerLib*.dll")
        let name = Path.GetFileNameWithoutExtension(file)
        where !NotPackaged.Contains(name)
        select Assembly.Load(name);

    private static IEnumerable<string> Fields(Type type) => IsGenerated(type) || type.IsSubclassOf(typeof(JsonSerializerContext))
        ? []
        : from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
          where !field.IsLiteral && !field.IsDefined(typeof(GeneratedCodeAttribute)) && !field.Name.StartsWith("__", StringComparison.Ordinal)
          where !field.IsInitOnly || !IsImmutable(field.FieldType, [])
          select $"{type.Name}.{NameOf(field)}";

    private static bool IsImmutable(Type type, HashSet<Type> seen) =>
        type.IsPrimitive || type.IsEnum || type.IsArray || type == typeof(string) || type.IsSubclassOf(typeof(Delegate))
        || !seen.Add(type)
        || ((type.IsValueType || type.IsSealed || IsOurs(type))
            && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .All(field => field.IsInitOnly && IsImmutable(field.FieldType, seen)));

    private static bool IsOurs(Type type) => type.Assembly.GetName().Name!.StartsWith(nameof(ServerLib), StringComparison.Ordinal);

    private static bool IsGenerated(Type type) =>
        type.Name.Contains('<', StringComparison.Ordinal) || type.IsDefined(typeof(CompilerGeneratedAttribute))
        || type.IsDefined(typeof(GeneratedCodeAttribute)) || type.Name.StartsWith("__", StringComparison.Ordinal);

    /// <summary>The name of a field, or of the property whose backing field it is.</summary>
    private static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
}
