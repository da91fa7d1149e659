using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>A value in a formula: every operator adds a node, so that a lowering reads as its mathematics. Numbers take the value's element type.</summary>
/// <param name="Graph">Where the nodes go.</param>
/// <param name="Value">The value.</param>
internal readonly partial record struct Term(GraphBuilder Graph, GraphValue Value)
{
    /// <summary>The element type.</summary>
    public DataType Type => Value.Type;

    public static Term operator +(Term left, Term right) => left.Node("Add", right);

    public static Term operator +(Term left, double right) => left + left.Number(right);

    public static Term operator +(double left, Term right) => right.Number(left) + right;

    public static Term operator -(Term left, Term right) => left.Node("Sub", right);

    public static Term operator -(Term left, double right) => left - left.Number(right);

    public static Term operator -(double left, Term right) => right.Number(left) - right;

    public static Term operator -(Term term) => term.Node("Neg");

    public static Term operator *(Term left, Term right) => left.Node("Mul", right);

    public static Term operator *(Term left, double right) => left * left.Number(right);

    public static Term operator *(double left, Term right) => right * right.Number(left);

    public static Term operator /(Term left, Term right) => left.Node("Div", right);

    public static Term operator /(Term left, double right) => left / left.Number(right);

    public static Term operator /(double left, Term right) => right.Number(left) / right;

    public static Term operator <(Term left, Term right) => left.Node("Less", right);

    public static Term operator <(Term left, double right) => left < left.Number(right);

    public static Term operator >(Term left, Term right) => left.Node("Greater", right);

    public static Term operator >(Term left, double right) => left > left.Number(right);

    public static Term operator <=(Term left, Term right) => left.Node("LessOrEqual", right);

    public static Term operator <=(Term left, double right) => left <= left.Number(right);

    public static Term operator >=(Term left, Term right) => left.Node("GreaterOrEqual", right);

    public static Term operator >=(Term left, double right) => left >= left.Number(right);

    public static Term operator &(Term left, Term right) => left.Node("And", right);

    public static Term operator |(Term left, Term right) => left.Node("Or", right);

    public static Term operator ^(Term left, Term right) => left.Node("Xor", right);

    public static Term operator !(Term term) => term.Node("Not");

    /// <summary>A node with this as its first input of two or three.</summary>
    public Term Node(string opType, Term second, Term? third = null) => new(Graph, Graph.Add(opType, third is { } last ? [Value, second.Value, last.Value] : [Value, second.Value]));

    /// <summary>A node with this as its only input.</summary>
    public Term Node(string opType, params (string Name, object Value)[] attributes) => new(Graph, Graph.Add(opType, [Value], attributes));

    /// <summary>A number in this value's element type.</summary>
    public Term Number(object number) => new(Graph, Graph.Scalar(number, Type));

    /// <summary>In another element type.</summary>
    public Term To(DataType type) => new(Graph, Graph.Cast(Value, type));

    /// <summary>Whether elements are equal.</summary>
    public Term Is(Term other) => Node("Equal", other);

    /// <summary>Whether elements are a number.</summary>
    public Term Is(double number) => Is(Number(number));

    /// <summary>Of a condition: elements of one value where it holds, of another where not.</summary>
    public Term Choose(Term then, Term otherwise) => Node("Where", then, otherwise);

    /// <summary>Of a condition: a number where it holds, elements of a value where not.</summary>
    public Term Choose(double then, Term otherwise) => Choose(otherwise.Number(then), otherwise);

    /// <summary>Of a condition: elements of a value where it holds, a number where not.</summary>
    public Term Choose(Term then, double otherwise) => Choose(then, then.Number(otherwise));
}
