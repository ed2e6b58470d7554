using System.Security.Cryptography;
using ServerLib.Tests.Cli.Chat;

namespace ServerLib.Tests.EndToEnd;

/// <summary>RSA keys that take half a minute to generate. They exist for these tests and protect nothing.</summary>
internal static class LargeKeys
{
    private const string Bits4096 =
        """
        -----BEGIN PRIVATE KEY-----
        MIIJQwIBADANBgkqhkiG9w0BAQEFAASCCS0wggkpAgEAAoICAQDPetNfLvHZ/jmY
        hleuBUOEzJCTuCwzHq8EIDZxFIMMRbx4Qyfn0t0j8QL1ji6FaEv4jjxwcHQYdZR+
        lZmxC0If3wJkV7ZKKnbXntWjCwvjep35FBeOozs70yl16enc0lBpbpqKzOeAVQyp
        6zQAgWzKyXXZvG4MNXRJC5nJRIg+N/W84IkSb8cFepkFvf9l3ah9lwovJGnM9quI
        oDqbffRY9WT51YgRsniyUfxGKFhGbvuXvaIQrwriRQXP0UBrD11lV4o+cqcp9PB5
        vuc1LL9qfZuYFDwVOaPGrUilxUsvLbcHpYEj3HpCGK3TJ8kiUjFNVtIO8XYg7PYz
        yIa1L2D+jRAo7//g2zbjKKyMpvgEoMnR6KcJrZy5dLse4i5zNpypCNElpIbL2WNs
        hux4mgFcgLx3OVp+RR2Uc5gSN9vpOKgYSZUjmnnT9JwQWo60ElStYSnPeXi6RspL
        gCI5Zj36IZTEIouuwwZefPaR9ZLG3NmO6TwGx+rjbdPEr2yAoIY25j+RvbEQJc1J
        JekyEkfzdewEmwfhX+EyOAPpJpu7bMBPWA2bRbrsRfbaSFIN0LNsm7ishAXkrJib
        qCYd5jmAFR6W7/MsRjuMBw7qlEYdS3NmQWQFxCCNNs70ISn5NkEaZYAHDERnSmhS
        JVVvc55Na+Jwpf7P6hxY8CmYHj5siQIDAQABAoICAAJJ9ZkAOJTSFCqVmNQHpNYL
        N7EZgAtUVFP0UwVuV3/EKS8edos9LUlfOEwjNGouW2AzmYEYDH/UlD3NQrPMTv9x
        A2K+APnSfBsm2m6BCbGJwcJksVnWfSnMy5FMclMIUvDG0pejaQ5mYcxiFuHGi7+0
        90LerEwgLtc7dIfe5K3jCif6RijY6NYroxKIJRAnoNs51lfsy+oB8qSAOAVNH2v3
        0RRcgbLISEKXWvQfL9IfGVF0Oxx6AeG7JzRCt7Y2pi4fCBxmQWfaFukQ7RYOF1KC
        bjwARSVqzF69vKZvhcPQektwTPtrTEH8abaBottpErgqtAiMK2RzmMe7d5j6G9TN
        /O6evtZHbZfJOenOnPPfS1Q6v85XhObf/djJZWhheoUrbY2YJLeTmhg+ahgFCmGM
        4GbJgGogjjbwHi78cfQaQtj4r53llPQ3tUN6WoD73cjcV/Us1QrJmz2oOHj5mhSD
        JngsQOaeTRIJLIO8/iycz8grHf3B+A2A9Im6dQWGXceT5etSVwL3TSK3WjSl5Wpg
        sd35qnahfTQ8rmtHNPvzGU2K0Xr8hsFvEcqET6D/xIZGkHk1U2x6nI7SJhMtKAQx
        Bip4pI7bCr9uqLQUM+8ABS+ky6Fd9mutaOQl6G7MRbhDJKFra7tcYB1TghHd15Qk
        Ck+GuRf3EqBaQ0hiecj9AoIBAQDvGb4Vd8f56HWQEmqkrHwT2N3UaqJ4UKeOS4sn
        9iP0kXym1dqzDS28bQtYGmN3eseRH+k49w/5ST2MWMUII/U3cd7Dn3P6MKZwo8PH
        rISIBoGzoPxuwdmia0rGTcAwGOOswO0Slju+fBcdzJBJMrcKAhclfD6I4qBCYcSs
        OyQCNsHEOrzEuX9L1kfCocSVUNXVMtl0ZcspEjHBtHa9MMVvry5n3JiEEGbsKrAY
        vXBS0iHWS5I/LIawhBsWtd49pAzR7eI1SVqSElfW9j/gQI5xzACLxPB+VaeuZ54H
        UKd92ZsJbcRrjvzwlBx5adMPP+LbccrQwLDNLFEHIhYMTpxvAoIBAQDeJPDPZK41
        RMrIgmXOVJFQrSN/gnqRRY6S+K9CeNTJVlzo+/43Hl00GBJllWGRkKQR+XFa9ibI
        WDyVaWZ1I8Dw8RjCTJValbrpxk7VdQJw5MBYnpf8HsH2J1Glmfsh8VoBDLuKzGvd
        WPE+ZNChbgK6RT1gjNbHEPJvxJzfKklcV/msScy8p8oaBHRKhWQ++o8/nmATAOAO
        gH4zgs2K9mm+TihUvgD705u4Qd2rGlkDiXb/8DFa7q5ZMKzumTT0Sehy3VJc0lyl
        E2/iJpGYwMtqDX3LH46DH6Y2aOjC5MEBg/0bUAZqexHK916GP2Uvzqpu/yQ6SkVL
        d342WRJEJ/KHAoIBAQDDdn/2fN12Z5r0FJop1Pf6Iaf3JtV7FjRkF03DdW0fWnBU
        0y7egT+Kcnp7o9b8rdrHwRagAxmD6WPvgAJTDVJB6Uz7Dzd4qJzoKHi8m0QdD3So
        rEqxILgSFzQhuR4MM8ysRWuJbleY+UjMi5bIwDTycZMKie91aA8rNVHamt5tEOaG
        zJ3VFPADx0ES07wpdNPaXp92kGDtSnpyqF0JfP1quANv1N65187L8nnTP8q7ah1P
        WqhMDNJvKxAaGMN+EMaKN7ZdaYIpN+WnTdgaM6w/S06G9JDGNq/F299Mi5rhPyuH
        Ib0ZUONmqS49800fglKqovPyhBQFJt12v17W4MzxAoIBAQC2aw1YsWuhEKmY+AOT
        6LwfzN3eoo3153GJ3S9GXaUW5JWNOQlrx8Jvuei5hG7Hs0gX/oeIU6RLVrIBW7ko
        LkENWl6jh3IKHfSMbi1keh6UCDSvUSSrg7JxaZ5RZ93i5KetPwBunSlibdxFCVKN
        jaItxhf9xgnFFHSRNZpAZCAz9YZwZXX74alDri60108XrHefnXV1hX14SynXMO2K
        1IjHHrVdyV1TblRsfaIDFLLOBb8zstFEw8VmNmN711G13U9Fq9sroA81+30f794V
        2xPvNb774yELKh06hvHEwUaA8RsSp6dtHzzgODxl738vP/2TAm+EcmLu8uQwyvoF
        /+vXAoIBAFRVCJ3u2RV69HXP7Ji3xEnSjf1ZnqA3qdEehi7a/8DLJ+jmCYqLFTpY
        P8/k8YNjddVhJFJsD5u0peTO1iRaevDnVbFD8Au2Nrqj4GPP2EREUnSUvUwwAgW/
        YExGmIz66ezoxNI9fWgGdtfDV2ehC8DUz2WlNxhfHkhgigcJodbJStXJt5Ioh27v
        GoY1PVUdbkPa99qj/w3lnbEgGFqjC1xouXoU2/bv0OHnLw9oHD1oeOpaXB1E1/QO
        /4Y6+/kodEfCyRm0xJKA7sGdk5rinIxGqoO6einFhqr/c98JyW1aORp/J5GCcavc
        DEfIMOwqHtbe6mLmchGOxBCrv6Uuy88=
        -----END PRIVATE KEY-----
        """;

    private const string Bits8192 =
        """
        -----BEGIN PRIVATE KEY-----
        MIISQwIBADANBgkqhkiG9w0BAQEFAASCEi0wghIpAgEAAoIEAQDYXCh31Kqu7Gt1
        u3r5R+MtKw0UvaozDksHz4eB6dL0dZTTU4FDhTvlUJw6QJIKy9SKvUxW5Kn0up6n
        1BDg9zMVXJMcLGGoeoKc/KcRQdKt7TuHrWDjRE9zbtiD4h62n8CZmX8KySz8lucd
        GsNYTeYEipXsLpaNNkbugmDcIv23y+miIUfsdk+0eTyP/9YPKe4HltyA1FxOOGue
        BGCXM50AxRm2LiFffLqT0LicNmScKAV0GZxy8hLV9XzcpAENxVM2QNWjPSrLiWYr
        kLPZZ9BVCK7ojqNoql5goHDuZt55aE6RFbncN76RnRjVxZcuwSwc/2rfsig072z/
        sAA0XkxJjOkVoKNj6+rpMqcPTFEThDZVmii1BEhf4SLqP7mdtmJ75Svamq4/YQmZ
        s8806tVmPmZRG0mU0+SH6O0FZhMuceQaGB7IZlsRByFb0WT0gDWnkAaQUKom0KQ4
        B5oNdhwDirb/uQJIhE37M7HQipty3cLem57a1YF/DRt/cBaE2qXMGloK/1fn2/Mu
        El0IRcd/tGrrKgQOdCGCxMTL0q1gUbmrSVOVkT3MlfmJwm/n/3xtCgoiqJEdvv60
        TWNT+gaddaN9xCU7Go5pPzb2C9q2LJyMWdVbwppPYdhrAA56x5DVHg+/el0Hhh9i
        Bx0v0jtCy3xD1qH8kPrLlxd3H4WeIBB851NGGre+HuhEYXLgTe9ZQLYJQHTXDwB4
        rgNXXNHMFk7IVX/Eo+Nm4rGcWAvMSQQsIyKPW8XGxveHcMzMxmDNcgIAZjy3XMb9
        1P9EX5N8JvsZLyQUKAL9uA7qClBcysKV4X6Nc/M0Mda8gNO1aSxGi0yiqFp5cAym
        BuPaUd+AGf5EsecnOPP4Lbh7wNR8WNmMmiYrZwWRPWiacuX8wkmx6Ed1pCJSvo7J
        Z1O2PJm4Js+ZOJT9lC7W3LnLYAimxFSzx1tO3eL1X4qo1t1x5FwD2GIqA94MVCES
        4QfJ6vHrPzf3e242DbsW2o4dIzKzxQ8R6vlqkvgIdnnHX8WaW7JFOUQA36EmaWSi
        4oz5eN76Z5tdJvCzoh49uqe5Z1reje6oy/1X6iBM5GWRDsaTJPvaAoihcV1MYyly
        nF/f0181fKbg4yz5mwDsSFIv4rLf6EgoiEjp9olH5kxx5JL+k3S8TKJ+UGqfUCN8
        HyQgANoNr1yDeH63N1Y9DReJXXd+lVxG4cT4HuAA+mvNb1FGL50O0OODPc1FQSeY
        Nlg4CSjng6bxAd/N1FMcJjabiYVVwQJYPSysukzv4BOgjhXeE2Lt7+ZloHFVt5Gt
        Yl4spwmD8Na0GnHAIKuovtE/9BbBhHzVVJhZRuTpiLQU5PX6lgdqbcIqLcpsEwFl
        xMdUMgtVAgMBAAECggQAEZS9h209Iw0xjJB75T/pmSeXfsZhte00/MZo6w4tIZxg
        sqJlYtnzpxuQ3QKXC3BgOJePbuZ9BqwCd+iZfYUA05J2nse0INIMWoWE7Y1Pzr50
        A6n7m+7BVlkybVcQFVlvt7DbfAIjGRxfB9mp+CXjqXNPIZvF3pAuR950Jfc5mY2P
        kiiKVQ/mbqfFBijXxAWCzX7oCJeZBOnR7uDJWN1YEPJd4j9R4BXn0wVBzGnMF6IA
        kscA/u3Q84No+RniPwmi4cn3bODBITxslGDZXcgb4POyw3wnEaUkbvgil8YSpm1q
        0vXKaPdmUXlL8GpdBwQp7upKDNwyfF4HQ/371PA5BTysH7aHswx+MHhjTwYtzBGb
        2QK3nkFMle6asnZpVsQ1sP51546BrG3uGd1cr/QJfASD4RZ/+RYVytMggtDhAU6+
        ZmjBhERy+nQon7LTyrK/XrrAmcoAOuVh2W60CTYo1RiDbHi5aNtIEJVKX0PgGVT6
        qzGclojaZrtR2ci/Kl5aXMvjDLk5M1fyD7NCIt8JX2/G72M2OgFxoVQWxL7oGTyo
        Lcpofm3IsTRE9yQuXpJUvJyKpyHToZs99w3seBayomlnLAamsCyP2BlhAIcv53VC
        Zvzmw40m57PvoimP7lCt929jqrTJVJ2aCmfBv/t2ls59A3CFsFsMkhjDOUoTBr6g
        gqlUkDsq/1FbqfFI+dxPcM0u0dCq+pADZGtWpu//Z757TfZ83kUOftdQk7yxfMHi
        gSa1ILnZUhfKMZUzOJQcStaxOF25qPKhCBNJFoynHZPSRQfQ994KCAjqR4/dz+HA
        O4pJ20A8T1td14OwqeAKTY69EAUNb+IC6G4Cm/05lxUcbRcUnB0uSBFS7u+RVpOV
        /PI6iUCWLLBoDCJKRWsOz/Ba2QdzrROPHxo1D1uykMWET2bdE/WtiFzRCI/TrotC
        AxDIx3DJyERREz2CxuMWlKDCZaANT8DGmDgXAn6LdDXkHz6s4nYBuYkIQMVgylk1
        9yCk5vHtpE6ttLTsruQRmp51wcLw5J46bjGMsFpVkycG2H/YEl1boPFeWUAMxXrw
        qy/ecylxsW/lhvwI1CZy1CtFb8B+9PlhRl6o5CtDfRMWhBZMO5f/jkgBWBC9kdtt
        +usqFaogO+kNlObQyPtEzQSV8osFI6/u8x8i4O9neD6Ovnd+YSqz7hb/Xi8iInPE
        4hfo8X6gk7k4SUAQWlhnnzuwr9SBQZOtAfvLvHZGc9HQGhdW55CqWGWHbYGlCndx
        DqDa5WdF1/InEMZuC0CBhcejx61mYYmo0nSrC2+K16ugXI0VoqtwTSLFSH+6W96r
        TQZ9Fnw+KMuDiboKDVGzXHmaWhKV4YRBckhlcNSdgQKCAgEA8bH2HeyCuY/S9+fc
        3K5NRQFRt1w+JXIEkGCUX8Poz1GzSjNVypBzFIyEXjcbQd3vbLblr65NhgC7BQjB
        4PEQsydjFdDbto48VlHvSum4EZWBmvuwA5bsqc64Cf+Jc0IuObOM2fdQ/5pTfUmd
        TpxoKhgZFquUm/gKifZDJ4DsMzs1NtPOq1Y8oRwtBL0r89yZswvWoS/oRB+dyzS/
        I4pyVcZifX9yDydtuDHvj+HnnvnYeihQS4/uO48VPPxpc2IJLkVJFUGCXnDVZjQk
        x4w9y+nLinkXyspSczEVUzLRRwOOnlJam86zVDRvLxiB/W15xY/WVUCB1zqzB5Ld
        ssdoF9eNED9eam+8jfXZe3qWY8+0v5fuDwIv+9OeL+qz2JaFjWQxXlCxxeVii7if
        s/mg74Br3RL4HTm4EdhzKG00LVkRq1hyfpfBXLvaFRq2LY2/bYs6UtjYKU2ams5S
        mOUM/Badz8Z7KSg0I4FKW2XR0HHlDg49JPIViGJrQWcG21BuBTtapoNo6Zytprcf
        0jPsOoUhIGLQU5P+54AzOLzmvhXlCmh+Zwp0sciFOwsY4eKRF7fGrezP2K2hqUbR
        Fi+4nDTYwmOCchkUSVE9vKO8QIe+kZ0u5z2E1G5NmtY8O8ZcirTlcXmi9+q+Mxes
        6bRFo80g0QH/qFAcGBXv3/+ItoECggIBAOUqVNqACy9Wp83dH46AO6R6N/H/QXY2
        l5sHc84tkA8RtG+5RlEWPu2hsH7juGCiFDIwnrhA18xNDsoqRF9hXkAwSch8ZNCZ
        TakFdHsIb80CZ/7k3k/wVZaTPlISV+/eLcG8CWqM6REUkwABd4PaSgAU5OtXi/sP
        /JW0pM3PqBqN1x1HWomCpbx0ydlBc6alo5o3mtDeMqBLHEXD5+O1vJIry0MkpWuV
        RQ8sAi/HTNzy2h8PaxcHrTWe9LUobkPZjgtjUH9FM37b0w3hLTIJJlmicLe0hZ9H
        bzaPpyb1wAl7LiJyEO6ddGQ9DsB44Ua4u13PXbhm7vMBJPRHmiiX3BnAnNp06d6h
        ylLyuUyxM8gBZ40ADnF15ZYMNkKigiuu8oU2E50+e7ZLX4eb7NMENHJ0tDmWFIXS
        Z56+KFa47kfVWQUAq+v4iet7SWwEWVASvdGi7QqKnezUPMaxP1luUxbmfREh76Nc
        UnZSIfVpAXNPcZE7XM7FowgCo5fVO1ehY6xpDG5b7TaJxfQK0x5ph0RqHNsiIgoL
        +QN67Ki5bix/bchiCQaz074qoEIOHnt1DgZqrNzWQL0FMHpq+NovR5IRL3QxK55R
        62JouOQb0aqdJQ+MrnUaKom2sfoAmgOQi2CQtwdzw6uBFo+PKOyTDDw8TmmacubL
        2dyt4wafTTLVAoICAQC9TBWoUDH+pd+lHGtGSBnqvuLCirN93nQmpA3xh14S6jlT
        FyvNUB9h68BMjjqB9xHrgsAYPZsoJfBUPAylYgkjV+jqED/VFke5j8isUqtA0mjE
        +vVbilxnjqlj40lDBYVw2eiqWmKNHtDfIsXa6PNIbMFRmSb2lWmjrkXgbcARTAEc
        pP2MAinQQWIdARComZGjwtTiP8RZfq22luRRMMDl31AKXMP3jHkJt8qaVWN0hth+
        rI5e8Ca1bRZEQqlQnmr0W32m8TzrPNJWjuZzh6pqx/0LwlXZFWdIIxxBol54kRel
        dnjS6SxY+gxOxZIh7Blgm4xSDwjiim3ns6aBvF4RtlgcbpVDJap3QSOJ63RYTjiR
        iqwAA0WTpaWSf+9F5nZJTDzCUs85YLQzHHGwowXiLyHL72x2b1t0VqOy+PzRu530
        JnzeG3ttZw+iUd53hTp10ILomj+K8eXx80CL0XG/CvOk5R5XGM7lNAEJ3pBbAqlU
        veAzzIsC25qHieq74J2a6WbRXcDQn07+cRSyLMqK9vQACoSBwTr3E9iKSqEqJbnS
        0g6WI4FMMPHwUXu2hx3+hohMdlo/qZYhH37pMo0Tgux2KzviozPZTJDe6xqpK+gc
        4g/3Op6LRqzvZXWdl3mphY7itlLme2tmVtet3uxgI2vdZwRWThAC6UOLm/b2gQKC
        AgEAufBR7wPLj3pZJxDOhPoI6ph8Ai9hNwBunEw8q0KOy5tK8we6RRqurnLt2Nb+
        B/IaPuryLX/3WH4BjQkkdtty9NP5WeGMjzCEMasKarVauVXFeazLsMLJPyZzf3YA
        wdBdAf+HCFwS01gFOhD2nxYjytMpNsbO/kNnZzSuL4vY0srZipkVndNSlImSKWQQ
        6VsmVn/dbrGLFEI9S2H8KeeQfG1qPC1kxtjTss67a3bjJ7coQeFpu8LvyD0UQlTu
        usCvnw/TBaDpenn0UiOtXxbLdhj2Kigf7y+vze5a6qKlUUwQD8TLdkBtatObv5GU
        /6Pt6tzRJ0jlgmggStA6BcvJu19sJViNVaWimxD0RoTVBegV0/MCxQ6q3MdF02U2
        Bymo/2r0GTbUfAHGHirmygR0ZZXJkZvzRO2GQ+f4pPzh4Yj69LMpy4napiVfWnRg
        3zaFq63tdQspvjoqofC4/OAmLMORILCPVtYW1ogno46yrZP9CqDG2cLEWECD6jMK
        Njztubt2aajO3NyGsE+EIv3u0hTjGu4j/lDel/NKSFBEU3iFY/wfZL/OA1NkupPo
        KbW9TnmJjpmM55FpVzqqdaW9BYhKH5Wx1YCUY0GjGvpzcWKV6nr0JnG3qAuDdty8
        Gj5SyGRDDZnhXqub2ZmH1AQv/kPUP50gs6EdQRAZz4q7wY0CggIAVvXMvlSyqhZn
        u5Xg3WOe/W/p92Qepq7KDuQsTL5OgNmi5u9GTmJG0J0BdoENK/8eUdESZUGVxYES
        O34DhTfCesfG4/AGtoYs6XLpeePt6FszEQBLKIZWYtOhxZJgpSMvxMF4C5/D1erY
        VAna57B6WzJirkTZBJWrnj5VE0i33LiLIytjvtJ6oiMc1L61v+OuOtf1WiY0BATH
        5TTieUz6edGw0LnG8AAbeKO3mGk8hoGTiZzFMm9zj1U5tK3FBWWo+SQ8j8QMN7BT
        8Cfh4jaLsdccvXvz/ljhpB8b6kI8neE+R7KukTOaGESPqcrCbEDq6N8A9GcqpkZp
        40eB9MIzL1LZ/SN/pLq6Xdo1mJA0hfWeIVZlvzkphoaSNcMxqJQdfpoX3FuPuVrT
        qpqLGyy2bIhcKqM/UXM9NEY1JsCSVcv2gAYTfWu9AaU5cHT3IU5S00gUy/6yza5e
        dE9tSYp6vl3loibPf2e2vcZz8efJU5zHUWlo36lJZB2F0B+k+Cy32FWcRnArAXjj
        audu9XCTTLdbJk8NhIMdBjHZ4FD1+R012yYRprWjXdA/giMxkyDztyMSwWKxMSB+
        96V4O+W+QQKjtuUcM6E8MOR1eKwpFJQwH6sxv/jvBehRxBpk1C7gQVBftrjb1nms
        OQuktPqy84O7+x3P2JRlyfShqMpR2dI=
        -----END PRIVATE KEY-----
        """;

    public static RSA OfSize(int bits)
    {
        var key = RSA.Create();
        key.ImportFromPem(bits switch
        {
            4096 => Bits4096,
            8192 => Bits8192,
            _ => throw new ArgumentOutOfRangeException(nameof(bits)),
        });
        return key;
    }
}
