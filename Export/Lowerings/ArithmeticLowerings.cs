using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Sums, products, quotients and powers, with broadcasting and PyTorch's type promotion. Shapes: x [a...], y [b...] -> [broadcast(a, b)...].</summary>
internal static class ArithmeticLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("add", Add)
        .Add("sub", Sub)
        .Add("subtract", Sub)
        .Add("mul", Mul)
        .Add("multiply", Mul)
        .Add("div", Div)
        .Add("divide", Div)
        .Add("true_divide", TrueDivide)
        .Add("floor_divide", FloorDivide)
        .Add("remainder", Remainder)
        .Add("fmod", Fmod)
        .Add("pow", Pow)
        .Add("float_power", FloatPower)
        .Add("square", Square)
        .Add("neg", Neg)
        .Add("negative", Neg)
        .Add("abs", Abs)
        .Add("absolute", Abs)
        .Add("sign", Sign)
        .Add("sgn", Sign)
        .Add("reciprocal", Reciprocal)
        .Add("lerp", Lerp)
        .Add("addcmul", Addcmul)
        .Add("addcdiv", Addcdiv)
        .Add("ldexp", Ldexp);

    /// <summary>x + alpha y, of truth values x or y; Add, Or, https://onnx.ai/onnx/operators/onnx__Add.html.</summary>
    private static GraphValue Add(Operation operation, GraphBuilder graph) => Sum("Add", operation, graph);

    /// <summary>x - alpha y; Sub, https://onnx.ai/onnx/operators/onnx__Sub.html.</summary>
    private static GraphValue Sub(Operation operation, GraphBuilder graph) => Sum("Sub", operation, graph);

    private static GraphValue Sum(string opType, Operation operation, GraphBuilder graph)
    {
        DataType promoted = Elementwise.Promoted(operation, 0, 1);
        if (promoted == DataType.Bool)
        {
            return Logic("Or", operation, graph);
        }

        object? alpha = operation.Find("alpha");
        if (Elementwise.IsOne(alpha))
        {
            return Elementwise.Binary(opType, operation, graph);
        }

        Term[] terms = Elementwise.Operands(operation, graph, Elementwise.Wide(promoted), 0, 1);
        return Elementwise.Result(operation, terms[0].Node(opType, terms[1] * terms[1].Number(alpha!)));
    }

    /// <summary>x y, of truth values x and y; Mul, And, https://onnx.ai/onnx/operators/onnx__Mul.html.</summary>
    private static GraphValue Mul(Operation operation, GraphBuilder graph) =>
        Elementwise.Promoted(operation, 0, 1) == DataType.Bool ? Logic("And", operation, graph) : Elementwise.Binary("Mul", operation, graph);

    private static GraphValue Logic(string opType, Operation operation, GraphBuilder graph)
    {
        Term[] terms = Elementwise.Operands(operation, graph, DataType.Bool, 0, 1);
        return Elementwise.Result(operation, terms[0].Node(opType, terms[1]));
    }

    /// <summary>x / y as fractions, or rounded towards zero or down by <c>rounding_mode</c>; Div, https://onnx.ai/onnx/operators/onnx__Div.html.</summary>
    private static GraphValue Div(Operation operation, GraphBuilder graph)
    {
        DataType promoted = Elementwise.Promoted(operation, 0, 1);
        switch (operation.Find("rounding_mode"))
        {
            case RoundingMode.floor:
                return FloorDivide(operation, graph);
            case RoundingMode.trunc when promoted.IsFloating():
                return Elementwise.Formula(operation, graph, (x, y) => (x / y).Truncate());
            case RoundingMode.trunc:
                return Elementwise.Binary("Div", operation, graph);
            default:
                return TrueDivide(operation, graph);
        }
    }

    /// <summary>x / y as fractions, whatever <c>rounding_mode</c> says, which the static torch.div does not hand on; Div, https://onnx.ai/onnx/operators/onnx__Div.html.</summary>
    private static GraphValue TrueDivide(Operation operation, GraphBuilder graph)
    {
        DataType promoted = Elementwise.Promoted(operation, 0, 1);
        Term[] terms = Elementwise.Operands(operation, graph, Elementwise.Kernel(Elementwise.Floating(promoted)), 0, 1);
        return Elementwise.Result(operation, terms[0] / terms[1]);
    }

    /// <summary>
    /// The greatest integer not above x / y. Of integers (x - x mod y) / y; of fractions, as Python, (x - fmod(x, y)) / y rounded, less 1 where the
    /// signs of fmod(x, y) and y differ, since x / y itself may be rounded up to an integer; Mod, Div, Round, https://onnx.ai/onnx/operators/onnx__Mod.html.
    /// </summary>
    private static GraphValue FloorDivide(Operation operation, GraphBuilder graph)
    {
        DataType promoted = Elementwise.Promoted(operation, 0, 1);
        if (promoted.IsFloating())
        {
            return Elementwise.Formula(operation, graph, (x, y) =>
            {
                Term rest = x.Fmod(y);
                Term quotient = ((x - rest) / y).Round() - (!rest.Is(0) & ((rest < 0) ^ (y < 0))).To(x.Type);
                return IsNonzero(operation) ? quotient : y.Is(0).Choose(x / y, quotient);
            });
        }

        Term[] terms = Elementwise.Operands(operation, graph, Elementwise.Kernel(promoted), 0, 1);
        return Elementwise.Result(operation, (terms[0] - terms[0].Node("Mod", terms[1])) / terms[1]);
    }

    /// <summary>x - y floor(x / y), with the sign of y; of fractions fmod(x, y), plus y where its sign is another; Mod, https://onnx.ai/onnx/operators/onnx__Mod.html.</summary>
    private static GraphValue Remainder(Operation operation, GraphBuilder graph)
    {
        if (!Elementwise.Promoted(operation, 0, 1).IsFloating())
        {
            return Elementwise.Binary("Mod", operation, graph);
        }

        return Elementwise.Formula(operation, graph, (x, y) =>
        {
            Term rest = x.Fmod(y);
            return (operation.Arguments[1].Value is double or Dimension { IsStatic: true }
                ? operation.Number(operation.Arguments[1].Name) > 0 ? rest < 0 : rest > 0
                : !rest.Is(0) & ((rest < 0) ^ (y < 0))).Choose(rest + y, rest);
        });
    }

    /// <summary>x - y trunc(x / y), with the sign of x; Mod(fmod = 1), https://onnx.ai/onnx/operators/onnx__Mod.html.</summary>
    private static GraphValue Fmod(Operation operation, GraphBuilder graph)
    {
        Term[] terms = Elementwise.Operands(operation, graph, Elementwise.Kernel(Elementwise.Promoted(operation, 0, 1)), 0, 1);
        return Elementwise.Result(operation, terms[0].Fmod(terms[1]));
    }

    /// <summary>x^y. Where y is a number, as PyTorch does it: 0, 1, 2, -1, -2, 1/2 and -1/2 by products, quotients and roots, whole powers of integers by products; Pow, https://onnx.ai/onnx/operators/onnx__Pow.html.</summary>
    private static GraphValue Pow(Operation operation, GraphBuilder graph)
    {
        DataType promoted = Elementwise.Promoted(operation, 0, 1);
        double? exponent = operation.Arguments[1].Value switch
        {
            double fraction => fraction,
            Dimension { IsStatic: true } whole => whole.Size,
            _ => null,
        };
        if (exponent is not { } number || operation.Arguments[0].Value is not GraphValue input)
        {
            return Elementwise.Binary("Pow", operation, graph);
        }

        Term x = new(graph, graph.Cast(input, number is 0.5 or 1 or -1 ? Elementwise.Kernel(promoted) : Elementwise.Wide(promoted)));
        return Elementwise.Result(operation, number switch
        {
            0 => new(graph, graph.Expand(graph.Scalar(1L, x.Type), operation.Result.Shape)),
            1 => x,
            2 => x * x,
            0.5 => x.Sqrt(),
            -0.5 => x.Sqrt().Node("Reciprocal"),
            -1 => x.Node("Reciprocal"),
            -2 => (x * x).Node("Reciprocal"),
            > 0 and < 64 when !promoted.IsFloating() => Power(x, (int)number),
            _ => x.Node("Pow", x.Number(operation.Arguments[1].Value!)),
        });
    }

    // By squaring: exact, and wrapping as PyTorch does, where ONNX Runtime's Pow goes through float64.
    private static Term Power(Term x, int exponent) =>
        exponent == 1 ? x : exponent % 2 == 0 ? Power(x * x, exponent / 2) : Power(x, exponent - 1) * x;

    /// <summary>x^y in float64; Pow, https://onnx.ai/onnx/operators/onnx__Pow.html.</summary>
    private static GraphValue FloatPower(Operation operation, GraphBuilder graph)
    {
        Term[] terms = Elementwise.Operands(operation, graph, DataType.Double, 0, 1);
        return Elementwise.Result(operation, terms[0].Node("Pow", terms[1]));
    }

    /// <summary>x^2; Mul(x, x), https://onnx.ai/onnx/operators/onnx__Mul.html.</summary>
    private static GraphValue Square(Operation operation, GraphBuilder graph)
    {
        Term x = new(graph, graph.Cast(operation.Input, Elementwise.Kernel(operation.Result.Type)));
        return Elementwise.Result(operation, x * x);
    }

    /// <summary>-x; Neg, https://onnx.ai/onnx/operators/onnx__Neg.html.</summary>
    private static GraphValue Neg(Operation operation, GraphBuilder graph) => Signed("Neg", operation, graph);

    /// <summary>|x|; Abs, https://onnx.ai/onnx/operators/onnx__Abs.html.</summary>
    private static GraphValue Abs(Operation operation, GraphBuilder graph) => Signed("Abs", operation, graph);

    /// <summary>-1, 0 or 1; Sign, https://onnx.ai/onnx/operators/onnx__Sign.html.</summary>
    private static GraphValue Sign(Operation operation, GraphBuilder graph) => Signed("Sign", operation, graph);

    private static GraphValue Signed(string opType, Operation operation, GraphBuilder graph) =>
        Elementwise.Result(operation, new Term(graph, graph.Cast(operation.Input, Elementwise.Kernel(operation.Input.Type))).Node(opType));

    /// <summary>1 / x; Reciprocal, https://onnx.ai/onnx/operators/onnx__Reciprocal.html.</summary>
    private static GraphValue Reciprocal(Operation operation, GraphBuilder graph) => Elementwise.Function("Reciprocal", operation, graph);

    /// <summary>x + w (y - x) where |w| is below 1/2, y - (y - x) (1 - w) elsewhere; Sub, Mul, Add, Where, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue Lerp(Operation operation, GraphBuilder graph)
    {
        DataType type = Elementwise.Wide(operation.Result.Type);
        Term start = new(graph, operation.Operand(0, type, graph));
        Term end = new(graph, operation.Operand(1, type, graph));
        Term weight = new(graph, operation.Operand(2, type, graph));
        Term way = end - start;
        return Elementwise.Result(operation, (weight.Abs() < 0.5).Choose(start + (weight * way), end - (way * (1 - weight))));
    }

    /// <summary>x + value a b; Mul, Add, https://onnx.ai/onnx/operators/onnx__Mul.html.</summary>
    private static GraphValue Addcmul(Operation operation, GraphBuilder graph) => Added(operation, graph, (a, b) => a * b);

    /// <summary>x + value a / b; Div, Mul, Add, https://onnx.ai/onnx/operators/onnx__Div.html.</summary>
    private static GraphValue Addcdiv(Operation operation, GraphBuilder graph) => Added(operation, graph, (a, b) => a / b);

    private static GraphValue Added(Operation operation, GraphBuilder graph, Func<Term, Term, Term> combine)
    {
        Term[] terms = Elementwise.Operands(operation, graph, Elementwise.Wide(Elementwise.Promoted(operation, 0, 1, 2)), 0, 1, 2);
        object? value = operation.Find("value");
        Term factor = Elementwise.IsOne(value) ? terms[1] : terms[1] * terms[1].Number(value!);
        return Elementwise.Result(operation, terms[0] + combine(factor, terms[2]));
    }

    /// <summary>x 2^y; Pow, Mul, https://onnx.ai/onnx/operators/onnx__Pow.html.</summary>
    private static GraphValue Ldexp(Operation operation, GraphBuilder graph) =>
        Elementwise.Formula(operation, graph, (x, y) => x * y.Number(2.0).Node("Pow", y));

    private static bool IsNonzero(Operation operation) => operation.Arguments[1].Value is double and not 0 or Dimension { IsStatic: true, Size: not 0 };
}
