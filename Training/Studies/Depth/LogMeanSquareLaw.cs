namespace OnnxInit.Training.Studies.Depth;

/// <summary>
/// How far ln of the mean square of a ReLU network's signal wanders from layer to layer. After L layers it is a sum of L independent terms, and so
/// nearly N(L mean, L variance).
/// </summary>
/// <param name="Mean">Of one layer's term.</param>
/// <param name="Variance">Of one layer's term.</param>
/// <remarks>
/// Whatever comes in, the n pre-activations of a Gaussian layer are independent normal variables, of which K ~ Binomial(n, 1/2) are above 0; so that the
/// mean square is multiplied by (2/n) chi^2_K, which is exact at any width. Source of the first order: Hanin and Nica 2018 (arXiv 1812.05994).
/// </remarks>
public sealed record LogMeanSquareLaw(double Mean, double Variance)
{
    private const double EulerGamma = 0.57721566490153286;

    /// <summary>He's Gaussian weights, to first order in 1/n: mean -5/2n, variance 5/n.</summary>
    /// <param name="width">n.</param>
    public static LogMeanSquareLaw GaussianFirstOrder(int width) => new(-2.5 / width, 5.0 / width);

    /// <summary>Orthogonal weights times sqrt 2, to first order in 1/n: mean -3/2n, variance 3/n.</summary>
    /// <param name="width">n.</param>
    public static LogMeanSquareLaw OrthogonalFirstOrder(int width) => new(-1.5 / width, 3.0 / width);

    /// <summary>He's Gaussian weights: ln((2/n) chi^2_K), with E ln chi^2_K = psi(K/2) + ln 2 and Var ln chi^2_K = psi'(K/2).</summary>
    /// <param name="width">n, at least 2.</param>
    public static LogMeanSquareLaw Gaussian(int width) => Mixture(
        width, active => Math.Log(4.0 / width) + Digamma(active), Trigamma);

    /// <summary>
    /// Orthogonal weights times sqrt 2: the pre-activations are a point drawn evenly from a sphere, and the mean square is multiplied by
    /// 2 chi^2_K / (chi^2_K + chi^2_(n-K)), twice a Beta(K/2, (n-K)/2) variable; E ln = psi(K/2) - psi(n/2), Var ln = psi'(K/2) - psi'(n/2).
    /// </summary>
    /// <param name="width">n, at least 2.</param>
    public static LogMeanSquareLaw Orthogonal(int width) => Mixture(
        width, active => Math.Log(2) + Digamma(active) - Digamma(width), active => Trigamma(active) - Trigamma(width));

    /// <summary>Averages over K ~ Binomial(n, 1/2), K above 0: with no active unit the signal is gone, which happens once in 2^n layers.</summary>
    private static LogMeanSquareLaw Mixture(int width, Func<int, double> mean, Func<int, double> variance)
    {
        (double total, double first, double second) = (0, 0, 0);
        double logProbability = -width * Math.Log(2); // of K = 0
        for (int active = 1; active <= width; active++)
        {
            logProbability += Math.Log((double)(width - active + 1) / active);
            double probability = Math.Exp(logProbability);
            double conditional = mean(active);
            total += probability;
            first += probability * conditional;
            second += probability * (variance(active) + (conditional * conditional));
        }

        first /= total;
        return new(first, (second / total) - (first * first));
    }

    /// <summary>psi(k/2), by psi(x + 1) = psi(x) + 1/x from psi(1) = -gamma and psi(1/2) = -gamma - 2 ln 2.</summary>
    private static double Digamma(int twice)
    {
        double value = int.IsEvenInteger(twice) ? -EulerGamma : -EulerGamma - (2 * Math.Log(2));
        for (int k = int.IsEvenInteger(twice) ? 2 : 1; k < twice; k += 2)
        {
            value += 2.0 / k;
        }

        return value;
    }

    /// <summary>psi'(k/2), by psi'(x + 1) = psi'(x) - 1/x^2 from psi'(1) = pi^2/6 and psi'(1/2) = pi^2/2.</summary>
    private static double Trigamma(int twice)
    {
        double value = Math.PI * Math.PI / (int.IsEvenInteger(twice) ? 6 : 2);
        for (int k = int.IsEvenInteger(twice) ? 2 : 1; k < twice; k += 2)
        {
            value -= 4.0 / ((double)k * k);
        }

        return value;
    }
}
