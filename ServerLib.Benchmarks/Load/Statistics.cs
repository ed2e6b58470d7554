namespace ServerLib.Benchmarks.Load;

internal static class Statistics
{
    /// <returns>NaN for an empty sequence.</returns>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        if (sorted.Length == 0)
            return double.NaN;
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The range divided by the median.</summary>
    public static double Spread(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        return finite.Length == 0 ? double.NaN : (finite.Max() - finite.Min()) / Median(finite);
    }
}
