import type { InstrumentDescriptor } from '@heavens/schemas'

/**
 * Revolutions of INTEGRAL: they begin at perigee. The passages (UTC) are those that the ISDC's reports at the end of revolutions name for their beginning and end
 * (isdc.unige.ch, integral/Operations/Shift/Reports, reports 1561, 1807, 1808, 1894, 1982, 2002, 2005, 2025, 2028, 2086, 2088, 2102, 2220, 2621, 2751), from after the manoeuvres of
 * early 2015 (then 8/3 sidereal days, 63.83 h) on; of the 2.99-day orbit before nothing that precise was at hand, so earlier revolutions are refused.
 *
 * Between two of them the time is interpolated. Left out and interpolated from their neighbours, passages come out wrong by 18 minutes at most where up to 180 revolutions
 * lie between, and by 2.2 h for 2220 (between 2103 and 2621).
 */
export const revolutions: NonNullable<InstrumentDescriptor['revolutions']> = {
  passages: [
    [1561, '2015-07-06T05:38:17'], [1562, '2015-07-08T21:27:17'], [1807, '2017-04-20T09:13:29'], [1808, '2017-04-23T01:01:35'], [1809, '2017-04-25T16:49:58'],
    [1894, '2017-12-07T17:40:14'], [1895, '2017-12-10T09:30:00'], [1982, '2018-07-29T17:44:38'], [1983, '2018-08-01T09:34:06'], [2002, '2018-09-20T22:12:22'],
    [2003, '2018-09-23T14:01:45'], [2005, '2018-09-28T21:42:24'], [2006, '2018-10-01T13:33:08'], [2025, '2018-11-21T02:18:34'], [2026, '2018-11-23T18:09:16'],
    [2028, '2018-11-29T01:48:18'], [2029, '2018-12-01T17:36:29'], [2086, '2019-05-02T06:51:35'], [2087, '2019-05-04T22:42:11'], [2088, '2019-05-07T14:32:52'],
    [2089, '2019-05-10T06:22:44'], [2102, '2019-06-13T19:57:44'], [2103, '2019-06-16T11:45:44'], [2220, '2020-04-22T14:47:22'], [2221, '2020-04-25T06:39:23'],
    [2621, '2023-03-25T08:30:16'], [2622, '2023-03-28T00:20:58'], [2751, '2024-03-05T04:22:41'], [2752, '2024-03-07T20:14:34'],
  ],
  accuracy: 9000,
  source: "passages of perigee in the ISDC's reports of revolutions",
}
