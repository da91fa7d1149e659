using System.Reflection;
using TorchSharp;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>
/// Finds calls of the framework that compare tensors by value without saying so: <c>List&lt;Tensor&gt;.Contains</c>,
/// <c>EqualityComparer&lt;Tensor&gt;.Default</c> in the equality of a record. Hash tables are none: tensors hash by reference.
/// </summary>
internal static class TensorEquality
{
    private const BindingFlags InstanceFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly HashSet<string> Comparisons = ["Equals", "Contains", "IndexOf", "LastIndexOf", "Remove", "SequenceEqual", "Replace"];

    private static readonly HashSet<string> HashTables = ["HashSet`1", "Dictionary`2", "IDictionary`2", "ISet`1"];

    /// <summary>Whether a call looks at the values of tensors.</summary>
    /// <param name="callee">A closed method of the framework.</param>
    /// <returns>True if it may.</returns>
    public static bool IsComparison(MethodBase callee) =>
        Comparisons.Contains(callee.Name) && !HashTables.Contains(callee.DeclaringType!.Name)
        && Array.Exists([.. callee.DeclaringType.GetGenericArguments(), .. callee.IsGenericMethod ? callee.GetGenericArguments() : []], ByValue);

    private static bool ByValue(Type type) =>
        typeof(torch.Tensor).IsAssignableFrom(type)
        || (IsTuple(type) ? Array.Exists(type.GetGenericArguments(), ByValue)
            : !typeof(torch.nn.Module).IsAssignableFrom(type) && !type.IsInterface && OverridesEquals(type)
                && Array.Exists(type.GetFields(InstanceFields), field => field.FieldType != type && ByValue(field.FieldType)));

    private static bool IsTuple(Type type) =>
        type.IsGenericType && (typeof(System.Runtime.CompilerServices.ITuple).IsAssignableFrom(type)
            || type.Name is "Nullable`1" or "KeyValuePair`2" or "IEnumerable`1");

    private static bool OverridesEquals(Type type) => type.IsValueType
        ? !type.IsPrimitive && !type.IsEnum
        : type.GetMethod(nameof(Equals), [typeof(object)])?.DeclaringType != typeof(object);
}
