using System.Collections.Concurrent;
using System.Reflection;
using TorchSharp;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Tells which calls of TorchSharp may touch a tensor or a module, and so are worth recording.</summary>
internal static class TensorTypes
{
    private const BindingFlags InstanceFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, bool> Known = new()
    {
        [typeof(torch.Tensor)] = true,
        [typeof(torch.nn.Module)] = true,
        [typeof(object)] = true,
        [typeof(IDisposable)] = true,

        // An index is made of numbers; a tensor in it came in as an argument.
        [typeof(torch.TensorIndex)] = false,

        // A scope keeps tensors, and gives out only what it is given.
        [typeof(DisposeScope)] = false,
    };

    /// <summary>Whether a tensor or a module goes into a method or comes out.</summary>
    /// <param name="method">A method.</param>
    /// <returns>Whether it is to be recorded if it is TorchSharp's.</returns>
    public static bool Touches(MethodBase method) =>
        (method is ConstructorInfo or { IsStatic: false } && method.DeclaringType is { } type && type != typeof(object) && Carries(type))
        || (method is MethodInfo info && info.ReturnType != typeof(IDisposable) && Carries(info.ReturnType))
        || (method.Name != nameof(Equals) && Array.Exists(method.GetParameters(), parameter => Carries(parameter.ParameterType)));

    /// <summary>Whether values of a type may hold a tensor or a module.</summary>
    /// <param name="type">A type of a signature.</param>
    /// <returns>False only if they cannot.</returns>
    public static bool Carries(Type type)
    {
        if (Known.TryGetValue(type, out var carries))
        {
            return carries;
        }

        // A type that refers to itself adds nothing on its own.
        carries = Examine(type, [type]);
        return Known[type] = carries;
    }

    private static bool Examine(Type type, HashSet<Type> seen)
    {
        if (Known.TryGetValue(type, out var known))
        {
            return known;
        }

        if (type.HasElementType)
        {
            return Examine(type.GetElementType()!, seen);
        }

        if (type.IsPrimitive || type.IsEnum || type == typeof(string) || type.IsPointer)
        {
            return false;
        }

        if (typeof(torch.Tensor).IsAssignableFrom(type) || typeof(torch.nn.Module).IsAssignableFrom(type))
        {
            return true;
        }

        if (type.IsGenericType && Array.Exists(type.GetGenericArguments(), argument => Examine(argument, seen)))
        {
            return true;
        }

        // TorchSharp's own containers (packed sequences, accessors): by what they hold.
        return type.Assembly == typeof(torch).Assembly
            && (type.IsInterface || Fields(type).Any(field => seen.Add(field.FieldType) && Examine(field.FieldType, seen)));
    }

    private static IEnumerable<FieldInfo> Fields(Type type) =>
        type.BaseType is { } parent && parent.Assembly == type.Assembly ? Fields(parent).Concat(type.GetFields(InstanceFields)) : type.GetFields(InstanceFields);
}
