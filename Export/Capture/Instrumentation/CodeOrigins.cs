using System.Collections.Concurrent;
using System.Reflection;
using TorchSharp;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Whose code something is.</summary>
internal enum CodeOrigin
{
    /// <summary>Of the framework or of this library: run as it is.</summary>
    Opaque,

    /// <summary>Of TorchSharp: its calls are what is recorded.</summary>
    TorchSharp,

    /// <summary>Anything else: instrumented.</summary>
    User,
}

/// <summary>Tells by the assembly whose code something is.</summary>
/// <param name="forcedUser">Assemblies that count as the user's whatever they are; for tests.</param>
internal sealed class CodeOrigins(params IReadOnlyCollection<Assembly> forcedUser)
{
    // ECMA, Microsoft, .NET "open", Silverlight, ASP.NET, shared libraries and netstandard: what framework assemblies are signed with.
    private static readonly HashSet<string> FrameworkKeys =
        ["b77a5c561934e089", "b03f5f7f11d50a3a", "cc7b13ffcd2ddd51", "7cec85d7bea7798e", "31bf3856ad364e35", "adb9793829ddae60"];

    private static readonly string? FrameworkRoot = SharedRoot(typeof(object).Assembly.Location);

    private readonly ConcurrentDictionary<Assembly, CodeOrigin> _origins = [];

    /// <summary>Whose code a type is.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Its origin.</returns>
    public CodeOrigin Of(Type type) => _origins.GetOrAdd(type.Assembly, Decide);

    private CodeOrigin Decide(Assembly assembly) =>
        forcedUser.Contains(assembly) ? CodeOrigin.User
        : assembly == typeof(torch).Assembly ? CodeOrigin.TorchSharp
        : assembly == typeof(CodeOrigins).Assembly || assembly.IsDynamic || IsFramework(assembly) ? CodeOrigin.Opaque
        : CodeOrigin.User;

    private static bool IsFramework(Assembly assembly)
    {
        if (FrameworkRoot is not null && assembly.Location.StartsWith(FrameworkRoot, StringComparison.Ordinal))
        {
            return true;
        }

        // Framework packages (System.Numerics.Tensors) and single files, where assemblies have no location. ML.NET is signed alike, and has modules.
        var name = assembly.GetName();
        return Convert.ToHexStringLower(name.GetPublicKeyToken() ?? []) is var key && FrameworkKeys.Contains(key)
            && (name.Name is "mscorlib" or "netstandard" or "System"
                || name.Name!.StartsWith("System.", StringComparison.Ordinal)
                || (name.Name.StartsWith("Microsoft.", StringComparison.Ordinal) && !name.Name.StartsWith("Microsoft.ML", StringComparison.Ordinal)));
    }

    /// <summary><c>shared/Microsoft.NETCore.App/10.0.0/x.dll</c>: ASP.NET and Windows Forms stand beside, below <c>shared</c>.</summary>
    private static string? SharedRoot(string coreLibrary)
    {
        var folder = Path.GetDirectoryName(coreLibrary);
        var framework = Path.GetDirectoryName(folder);
        return Path.GetFileName(framework) == "Microsoft.NETCore.App" ? Path.GetDirectoryName(framework) + Path.DirectorySeparatorChar : null;
    }
}
