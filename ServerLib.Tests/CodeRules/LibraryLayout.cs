using System.Reflection;

namespace ServerLib.Tests.CodeRules;

/// <summary>The folders of the project ServerLib, the types in them, and which folder may use which.</summary>
internal static class LibraryLayout
{
    /// <summary>The folder of files beside the folders.</summary>
    public const string Root = "";

    /// <summary>From top to bottom. A folder may use the folders of its own group and of the groups after it.</summary>
    private static readonly string[][] Floors =
    [
        ["Hosting"], ["Server"], ["Messaging"], ["Authentication"], ["Accounts"], ["Bans", "Passwords", "Auditing"],
        ["Connections"], ["Transport"], ["RateLimiting", "Diagnostics", "Files", "ActivityLog"],
    ];

    private static readonly Dictionary<string, string> FolderByFile = SourceFiles()
        .GroupBy(file => Path.GetFileName(file).Split('.')[0], file => FolderOf(file))
        .ToDictionary(group => group.Key, group => group.First());

    /// <summary>The source files of the project, as paths relative to it.</summary>
    public static IEnumerable<string> SourceFiles()
    {
        string library = Repository.File("ServerLib");
        return Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(library, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("bin/", StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal));
    }

    /// <summary>The folder of a file that <see cref="SourceFiles"/> gives: the outermost one.</summary>
    public static string FolderOf(string file) => file.Contains('/') ? file[..file.IndexOf('/')] : Root;

    /// <summary>The types in the source files, without compiler-generated types.</summary>
    public static IEnumerable<Type> Types() => typeof(ServerOptions).Assembly.GetTypes().Where(type => !type.IsNested && IsWritten(type));

    /// <summary>The folder of a type: its namespace if it is internal; the folder of its file if it is public.</summary>
    public static string FolderOf(Type type)
    {
        if (type.Namespace!.StartsWith("ServerLib.", StringComparison.Ordinal))
            return type.Namespace["ServerLib.".Length..];
        return FolderByFile.TryGetValue(FileOf(type), out string? folder)
            ? folder
            : throw new InvalidDataException($"{type.FullName} has no file of its own, {FileOf(type)}.cs");
    }

    /// <summary>Whether the type belongs to the options, which every folder may read.</summary>
    public static bool IsConfiguration(Type type) =>
        ConfigurationTypes.Contains(type);

    private static readonly HashSet<Type> ConfigurationTypes = [typeof(ServerOptions), .. PropertyTypes(typeof(ServerOptions))];

    // An option's type, or that of the items of a list, or the type of an option that may be missing.
    private static IEnumerable<Type> PropertyTypes(Type owner) => owner.GetProperties()
        .Select(property => property.PropertyType is { IsGenericType: true } generic ? generic.GetGenericArguments()[0] : property.PropertyType)
        .Where(type => type.Assembly == owner.Assembly).SelectMany(type => PropertyTypes(type).Prepend(type));

    /// <summary>Whether folder <paramref name="from"/> may use folder <paramref name="to"/>.</summary>
    /// <exception cref="ArgumentException">There is no such folder.</exception>
    public static bool MayUse(string from, string to)
    {
        int source = Floor(from);
        int target = Floor(to);
        return source <= target;
    }

    /// <summary>The violations, one line each.</summary>
    public static IEnumerable<string> Violations(
        IEnumerable<TypeReference> references, Func<Type, string> folderOf, Func<Type, bool> isConfiguration) =>
        from reference in references
        let source = folderOf(reference.From)
        let target = folderOf(reference.To)
        where !isConfiguration(reference.From) && !isConfiguration(reference.To) && !MayUse(source, target)
        select $"{source}/{FileOf(reference.From)}.cs ({reference.Member}) uses {target}/{FileOf(reference.To)}";

    public static bool IsWritten(Type type) =>
        !type.Name.StartsWith('<') && (type.IsPublic || type.Namespace?.Split('.')[0] == nameof(ServerLib));

    private static string FileOf(Type type) => type.Name.Split('`')[0];

    private static int Floor(string folder)
    {
        int floor = Array.FindIndex(Floors, group => group.Contains(folder));
        return floor >= 0 || folder == Root ? floor : throw new ArgumentException($"There is no folder '{folder}'", nameof(folder));
    }

    /// <summary>The assembly ServerLib.</summary>
    public static Assembly Library => typeof(ServerOptions).Assembly;
}
