using System.Reflection;
using System.Runtime.CompilerServices;
using ServerLib.Administration;
using ServerLib.Testing;

namespace ServerLib.Tests.CodeRules;

/// <summary>Rules for the namespaces and assemblies of all projects.</summary>
[TestClass]
public sealed class NamespaceTests
{
    private static readonly Assembly[] Packages =
    [
        typeof(Message).Assembly, typeof(ServerClient).Assembly, typeof(ServerOptions).Assembly, typeof(TestConnection).Assembly,
        typeof(AdministrationOptions).Assembly, typeof(global::ServerLib.AspNetCore.HealthTags).Assembly,
        typeof(global::ServerLib.PostgreSql.PostgreSqlUserDatabase).Assembly,
    ];

    /// <summary>A namespace <c>ServerLib.Client</c> would hide the class <c>Client</c>, <c>ServerLib.Host</c> the class <c>Host</c>.</summary>
    [TestMethod]
    public void No_namespace_segment_equals_a_public_type_or_Host()
    {
        HashSet<string> names = [.. Packages.SelectMany(package => package.GetExportedTypes()).Select(type => type.Name), "Host"];

        IEnumerable<string> violations =
            from assembly in Packages.Append(typeof(NamespaceTests).Assembly).Append(typeof(ServerLib.Cli.HostConsole).Assembly)
            from type in assembly.GetTypes()
            from segment in (type.Namespace ?? "").Split('.')
            where names.Contains(segment)
            select $"{type.Namespace} ({assembly.GetName().Name})";

        Assert.AreEqual("", string.Join(Environment.NewLine, violations.Distinct()));
    }

    [TestMethod]
    public void Only_tests_benchmarks_and_the_protocols_users_see_internals()
    {
        string[] allowed = ["ServerLib.Tests", "ServerLib.Benchmarks"];

        IEnumerable<string> violations =
            from package in Packages
            from friend in package.GetCustomAttributes<InternalsVisibleToAttribute>()
            where !allowed.Contains(friend.AssemblyName)
                && !(package == typeof(Message).Assembly && friend.AssemblyName is "ServerLib" or "ServerLib.Client" or "ServerLib.Administration")
            select $"{package.GetName().Name} is open to {friend.AssemblyName}";

        Assert.AreEqual("", string.Join(Environment.NewLine, violations));
    }
}
