using System.Collections;
using System.Reflection;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>Whether a module has forward hooks: they run in its <c>call</c>, and where that is taken as a whole nobody sees what they do.</summary>
internal static class ModuleHooks
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;

    /// <summary>Whether it has any.</summary>
    /// <param name="module">The module.</param>
    public static bool AreOn(nn.Module module)
    {
        for (Type? type = module.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
        {
            if (type.IsGenericType && type.Name.StartsWith("HookableModule", StringComparison.Ordinal))
            {
                return type.GetFields(Declared).Any(field => field.Name.EndsWith("hooks", StringComparison.Ordinal) && field.GetValue(module) is ICollection { Count: > 0 });
            }
        }

        return false;
    }
}
