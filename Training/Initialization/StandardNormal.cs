namespace OnnxInit.Training.Initialization;

/// <summary>The standard normal distribution, to the accuracy of a double.</summary>
internal static class StandardNormal
{
    private const double CentralHalfWidth = 0.425;

    private static readonly double[] CentralTop =
    [
        2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
        1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080,
    ];

    private static readonly double[] CentralBottom =
    [
        5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
        5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1,
    ];

    private static readonly double[] TailTop =
    [
        7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258,
        3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734,
    ];

    private static readonly double[] TailBottom =
    [
        1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
        6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1,
    ];

    private static readonly double[] FarTailTop =
    [
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
        2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720,
    ];

    private static readonly double[] FarTailBottom =
    [
        2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
        1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1,
    ];

    /// <summary>phi(x) = exp(-x^2 / 2) / sqrt(2 pi).</summary>
    /// <param name="x">Where.</param>
    public static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>
    /// Phi(x), the probability of a value up to x. Within three deviations Marsaglia's series, 1/2 + phi(x)(x + x^3/3 + x^5/(3 5) + ...), beyond
    /// Laplace's continued fraction phi(x)/(x + 1/(x + 2/(x + ...))), which keeps the small probability of the left tail exact.
    /// </summary>
    /// <param name="x">Where.</param>
    /// <remarks>Source: Marsaglia 2004, "Evaluating the normal distribution", Journal of Statistical Software 11(4).</remarks>
    public static double Cumulative(double x)
    {
        const double central = 3;
        const int fractions = 80;
        if (x > central)
        {
            return 1 - Cumulative(-x);
        }

        if (x < -central)
        {
            double denominator = -x;
            for (int i = fractions; i >= 1; i--)
            {
                denominator = -x + (i / denominator);
            }

            return Density(x) / denominator;
        }

        double sum = x;
        double term = x;
        for (int odd = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); odd += 2)
        {
            term *= x * x / odd;
            sum += term;
        }

        return 0.5 + (Density(x) * sum);
    }

    /// <summary>The x with Phi(x) = p; relative error about 1e-16. Minus infinity at 0, infinity at 1.</summary>
    /// <param name="p">A probability.</param>
    /// <remarks>Source: Wichura 1988, algorithm AS 241 (PPND16), Applied Statistics 37(3).</remarks>
    public static double Quantile(double p)
    {
        const double farTail = 5;
        double q = p - 0.5;
        if (Math.Abs(q) <= CentralHalfWidth)
        {
            double squared = (CentralHalfWidth * CentralHalfWidth) - (q * q);
            return q * Polynomial(CentralTop, squared) / Polynomial(CentralBottom, squared);
        }

        double tail = q < 0 ? p : 1 - p;
        if (tail <= 0)
        {
            return q < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        double r = Math.Sqrt(-Math.Log(tail));
        double magnitude = r <= farTail
            ? Polynomial(TailTop, r - 1.6) / Polynomial(TailBottom, r - 1.6)
            : Polynomial(FarTailTop, r - farTail) / Polynomial(FarTailBottom, r - farTail);
        return q < 0 ? -magnitude : magnitude;
    }

    /// <summary>Horner's scheme, the highest power first.</summary>
    private static double Polynomial(double[] coefficients, double x)
    {
        double value = 0;
        foreach (double coefficient in coefficients)
        {
            value = (value * x) + coefficient;
        }

        return value;
    }
}
