using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Functions of a value, those that ONNX has and those that it has not.</summary>
internal readonly partial record struct Term
{
    public Term Abs() => Node("Abs");

    public Term Exp() => Node("Exp");

    public Term Log() => Node("Log");

    public Term Sqrt() => Node("Sqrt");

    public Term Tanh() => Node("Tanh");

    public Term Sigmoid() => Node("Sigmoid");

    public Term Erf() => Node("Erf");

    public Term Round() => Node("Round");

    public Term Max(Term other) => Node("Max", other);

    public Term Min(Term other) => Node("Min", other);

    /// <summary>Between two numbers.</summary>
    public Term Clip(double low, double high) => Node("Clip", Number(low), Number(high));

    /// <summary>The remainder with the sign of the dividend, as C's fmod.</summary>
    public Term Fmod(Term divisor) => new(Graph, Graph.Add("Mod", [Value, divisor.Value], ("fmod", 1L)));

    /// <summary>Whether elements are not a number.</summary>
    public Term IsNaN() => Node("IsNaN");

    /// <summary>Towards zero.</summary>
    public Term Truncate() => (this < 0).Choose(Node("Ceil"), Node("Floor"));

    /// <summary>Whether the sign is negative, of -0 too.</summary>
    public Term IsNegative() => Type.IsFloating() ? (this < 0) | (Is(0) & ((1 / this) < 0)) : this < 0;

    /// <summary>exp x - 1 = 2 t / (1 - t) with t = tanh(x / 2), which keeps its digits near 0; as it stands from 1 on.</summary>
    public Term Expm1()
    {
        Term half = (this * 0.5).Tanh();
        return (Abs() < 1).Choose(2 * half / (1 - half), Exp() - 1);
    }

    /// <summary>log(1 + x) with Kahan's correction x / (u - 1) for what u = 1 + x loses.</summary>
    public Term Log1p()
    {
        Term sum = this + 1;
        Term kept = sum - 1;
        Term log = sum.Log();
        return kept.Is(this).Choose(log, kept.Is(0).Choose(this, log * this / kept));
    }

    /// <summary>log(1 + exp x). In float64, for which ONNX Runtime has no Softplus, max(x, 0) + log1p(exp -|x|).</summary>
    public Term Softplus() => Type == DataType.Double ? Max(Number(0.0)) + (-Abs()).Exp().Log1p() : Node("Softplus");

    /// <summary>
    /// 1 - erf x; above 1/2, where that loses its digits, t exp(-x^2 + P(t)) with t = 1 / (1 + x/2), of relative error below 1.2e-7
    /// (Numerical Recipes in C, 2nd edition, section 6.2).
    /// </summary>
    public Term Erfc()
    {
        Term t = 1 / (1 + (0.5 * Max(Number(0.0))));
        Term tail = t * ((-(this * this)) + t.Polynomial(
            -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277)).Exp();
        return (this > 0.5).Choose(tail, 1 - Erf());
    }

    /// <summary>c0 + c1 x + c2 x^2 + ..., by Horner's rule.</summary>
    public Term Polynomial(params ReadOnlySpan<double> coefficients)
    {
        Term sum = Number(coefficients[^1]);
        for (int i = coefficients.Length - 2; i >= 0; i--)
        {
            sum = (sum * this) + coefficients[i];
        }

        return sum;
    }
}
