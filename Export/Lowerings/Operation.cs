using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>
/// One captured operation, as a lowering sees it: what was called, with which arguments, and what came out. Arguments are, by kind:
/// tensors <see cref="GraphValue"/>; integers, also those in a Scalar, <see cref="Dimension"/> (a number or a size known at run time only);
/// other numbers <see cref="double"/>; <see cref="bool"/>; <see cref="string"/>; <see cref="ScalarType"/> and other enumerations;
/// <see cref="IndexArgument"/>; arrays, spans, lists and tuples of these <c>object?[]</c>; null.
/// </summary>
/// <param name="Name">TorchSharp's name for it: <c>add</c> for +, add, add_; of a module, its type's name.</param>
/// <param name="Module">The module, where it is one; null for a function.</param>
/// <param name="Arguments">Names and values in order, defaults filled in. The receiver of a method is the first and called <c>input</c>; of a module, the arguments of its forward.</param>
/// <param name="Results">The type and shape of every tensor that came out, as observed.</param>
/// <param name="Origin">Where it was called.</param>
public sealed record Operation(
    string Name, nn.Module? Module, IReadOnlyList<(string Name, object? Value)> Arguments, IReadOnlyList<ValueInfo> Results, Origin Origin)
{
    /// <summary>The only result's type and shape.</summary>
    public ValueInfo Result => Results.Single();

    /// <summary>The first argument, a tensor.</summary>
    public GraphValue Input => Tensor(0);

    /// <summary>The module, as its type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    public T As<T>()
        where T : nn.Module => (T)Module!;

    /// <summary>The argument at a position, a tensor.</summary>
    /// <param name="position">From 0, the receiver included.</param>
    public GraphValue Tensor(int position) =>
        position < Arguments.Count && Arguments[position].Value is GraphValue value ? value : throw Unexpected($"argument {position}", "a tensor", position < Arguments.Count ? Arguments[position].Value : null);

    /// <summary>An argument that is a tensor, by any of the names that overloads give it.</summary>
    /// <param name="names">The names.</param>
    public GraphValue Tensor(params ReadOnlySpan<string> names) => OptionalTensor(names) ?? throw Unexpected(names[0], "a tensor", null);

    /// <summary>An argument that is a tensor or left out.</summary>
    /// <param name="names">The names.</param>
    public GraphValue? OptionalTensor(params ReadOnlySpan<string> names) => Find(names) switch
    {
        null => null,
        GraphValue value => value,
        var other => throw Unexpected(names[0], "a tensor", other),
    };

    /// <summary>An argument that is a list of tensors.</summary>
    /// <param name="names">The names.</param>
    public IReadOnlyList<GraphValue> Tensors(params ReadOnlySpan<string> names) =>
        Find(names) is object?[] list && list.All(item => item is GraphValue) ? [.. list.Cast<GraphValue>()] : throw Unexpected(names[0], "a list of tensors", Find(names));

    /// <summary>An argument of any kind; null where it is absent or null.</summary>
    /// <param name="names">The names that overloads give it.</param>
    public object? Find(params ReadOnlySpan<string> names)
    {
        foreach ((string name, object? value) in Arguments)
        {
            if (names.Contains(name))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Whether an argument is there and not null.</summary>
    /// <param name="names">The names.</param>
    public bool Has(params ReadOnlySpan<string> names) => Find(names) is not null;

    /// <summary>An integer that must be the same whatever the sizes of the dynamic axes.</summary>
    /// <param name="name">The argument.</param>
    /// <param name="otherwise">Its value where it is absent or null.</param>
    public long Integer(string name, long? otherwise = null) => Find(name) switch
    {
        null when otherwise is { } value => value,
        Dimension { IsStatic: true } size => size.Size,
        Dimension size => throw new UnsupportedOperationException($"Cannot export {Origin}: its argument '{name}' is {size}, and must not depend on the size of a dynamic axis. Make it a number, or the axis static."),
        var other => throw Unexpected(name, "an integer", other),
    };

    /// <summary>Integers that must be the same whatever the sizes of the dynamic axes: a list, or a single one.</summary>
    /// <param name="names">The names.</param>
    /// <returns>null where the argument is absent or null.</returns>
    public long[]? Integers(params ReadOnlySpan<string> names) => Sizes(names)?.Select(size => size.IsStatic ? size.Size
        : throw new UnsupportedOperationException($"Cannot export {Origin}: it is given {size}, and must not depend on the size of a dynamic axis. Make it a number, or the axis static.")).ToArray();

    /// <summary>Sizes that may depend on dynamic axes: a list, or a single one.</summary>
    /// <param name="names">The names.</param>
    /// <returns>null where the argument is absent or null.</returns>
    public IReadOnlyList<Dimension>? Sizes(params ReadOnlySpan<string> names) => Find(names) switch
    {
        null => null,
        Dimension size => [size],
        object?[] list when list.All(item => item is Dimension) => [.. list.Cast<Dimension>()],
        object?[] list when list.All(item => item is object?[]) => [.. list.SelectMany(item => (object?[])item!).Cast<Dimension>()],
        var other => throw Unexpected(names[0], "sizes", other),
    };

    /// <summary>An axis, counted from the front.</summary>
    /// <param name="name">The argument, negative where it counts from the back.</param>
    /// <param name="rank">The number of axes that it counts.</param>
    /// <param name="otherwise">Its value where it is absent or null.</param>
    public int Axis(string name, int rank, long? otherwise = null)
    {
        long axis = Integer(name, otherwise);
        return (int)(axis < 0 ? axis + rank : axis);
    }

    /// <summary>A number with a fraction, also where it was written as an integer.</summary>
    /// <param name="name">The argument.</param>
    /// <param name="otherwise">Its value where it is absent or null.</param>
    public double Number(string name, double? otherwise = null) => Find(name) switch
    {
        null when otherwise is { } value => value,
        double value => value,
        Dimension { IsStatic: true } value => value.Size,
        bool value => value ? 1 : 0,
        var other => throw Unexpected(name, "a number", other),
    };

    /// <summary>A truth value.</summary>
    /// <param name="name">The argument.</param>
    /// <param name="otherwise">Its value where it is absent or null.</param>
    public bool Flag(string name, bool otherwise = false) => Find(name) switch
    {
        null => otherwise,
        bool value => value,
        var other => throw Unexpected(name, "true or false", other),
    };

    /// <summary>The argument at a position as an operand of a type: a tensor is cast, a number becomes a constant or a computed size.</summary>
    /// <param name="position">From 0, the receiver included.</param>
    /// <param name="type">The type.</param>
    /// <param name="graph">Where the nodes go.</param>
    public GraphValue Operand(int position, DataType type, GraphBuilder graph) => Arguments[position].Value switch
    {
        GraphValue value => graph.Cast(value, type),
        Dimension or double or bool => graph.Scalar(Arguments[position].Value!, type),
        var other => throw Unexpected(Arguments[position].Name, "a tensor or a number", other),
    };

    /// <summary>The refusal of a variant that has no counterpart in ONNX.</summary>
    /// <param name="what">What cannot be expressed, a clause.</param>
    /// <param name="instead">What to write instead, a sentence without its stop.</param>
    public UnsupportedOperationException Unsupported(string what, string instead) => new($"Cannot export {Origin}: {what}. {instead}.");

    private UnsupportedOperationException Unexpected(string name, string expected, object? found) =>
        new($"Cannot export {Origin}: its argument '{name}' is {found switch { null => "absent", Array list => $"a list of {list.Length}", _ => found }}; expected {expected}.");
}
