using System.Reflection;

namespace ServerLib.Tests.CodeRules;

[TestClass]
public sealed class DisposalTests
{
    private static readonly Assembly[] Packages =
    [
        typeof(ServerOptions).Assembly, typeof(ServerKey).Assembly, typeof(ServerClient).Assembly,
        typeof(ServerLib.Administration.AdministrationOptions).Assembly, typeof(Testing.TestServer).Assembly,
    ];

    [TestMethod]
    public void Public_disposable_types_are_disposable_in_both_ways()
    {
        IEnumerable<string> oneWay =
            from package in Packages
            from type in package.GetExportedTypes()
            where type.IsAssignableTo(typeof(IDisposable)) != type.IsAssignableTo(typeof(IAsyncDisposable))
            select type.FullName;

        CollectionAssert.AreEqual(Array.Empty<string>(), oneWay.ToArray());
    }
}
