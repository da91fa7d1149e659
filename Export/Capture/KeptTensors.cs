using System.Collections.Concurrent;
using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>Finds the tensors that a forward has kept in its modules - caches, the last attention weights - so that they outlive the export.</summary>
internal sealed class KeptTensors
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const int MostObjects = 10_000_000;

    private static readonly ConcurrentDictionary<Type, FieldInfo[]> FieldsOfTypes = [];

    private readonly DisposeScope _scope;
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<object> _next = [];

    private KeptTensors(DisposeScope scope) => _scope = scope;

    /// <summary>Takes the tensors that modules refer to, in fields, collections and closures, out of a scope.</summary>
    /// <param name="modules">The modules.</param>
    /// <param name="scope">The scope.</param>
    public static void Detach(IEnumerable<nn.Module> modules, DisposeScope scope)
    {
        KeptTensors search = new(scope);
        foreach (nn.Module module in modules)
        {
            search.Meet(module);
        }

        search.Visit();
    }

    private void Visit()
    {
        while (_next.TryPop(out object? value) && _seen.Count < MostObjects)
        {
            if (value is Array array)
            {
                foreach (object? item in array)
                {
                    Meet(item);
                }

                continue;
            }

            foreach (FieldInfo field in FieldsOfTypes.GetOrAdd(value.GetType(), FieldsOf))
            {
                Meet(field.GetValue(field.IsStatic ? null : value));
            }
        }
    }

    private void Meet(object? value)
    {
        if (value is Tensor tensor)
        {
            if (_scope.Contains(tensor))
            {
                tensor.DetachFromDisposeScope();
            }
        }
        else if (value is not null && MayHold(value.GetType()) && (value.GetType().IsValueType || _seen.Add(value)))
        {
            _next.Push(value);
        }
    }

    private static FieldInfo[] FieldsOf(Type type)
    {
        List<FieldInfo> fields = [];
        for (Type? declaring = type; declaring is not null && MayHold(declaring); declaring = declaring.BaseType)
        {
            fields.AddRange(declaring.GetFields(Declared).Where(field => !field.IsLiteral && (!field.IsStatic || IsModule(declaring)) && MayHold(field.FieldType)));
        }

        return [.. fields];
    }

    // Not what is made of numbers and texts, nor the insides of the runtime and of TorchSharp's own modules.
    private static bool MayHold(Type type) =>
        type.IsArray ? MayHold(type.GetElementType()!)
        : !type.IsPrimitive && !type.IsEnum && !type.IsPointer && !type.IsByRefLike && type != typeof(string) && type != typeof(decimal)
            && (typeof(Tensor).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type) || type == typeof(object) || type.IsInterface
                || (IsFramework(type) ? type.IsGenericType && type.GetGenericArguments().Any(MayHold) : type.Assembly != typeof(torch).Assembly));

    private static bool IsModule(Type type) => typeof(nn.Module).IsAssignableFrom(type);

    private static bool IsFramework(Type type) => type.Assembly == typeof(object).Assembly || type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true;
}
