"""How the base map draws contested lines, and what it calls countries.

Natural Earth draws who controls the ground. RULES turns that into what United Nations maps say: a line that the
parties or the General Assembly do not accept is never drawn as an international boundary.
"""

from typing import NamedTuple

INTERNATIONAL, DISPUTED, UNDETERMINED = "international", "disputed", "undetermined"
CLASSES = {"Disputed": DISPUTED, "Line of control": UNDETERMINED, "Indefinite": UNDETERMINED}


class Rule(NamedTuple):
    """Lines between two neighbours, all along or inside a box (west, south, east, north), are of this class."""

    place: str
    between: tuple[str, str]
    line_class: str | None  # None: not drawn
    box: tuple[float, float, float, float] | None = None


RULES = [
    Rule("Abyei", ("Sudan", "S. Sudan"), UNDETERMINED, (27.6, 9.2, 29.1, 10.3)),
    Rule("Sudan and South Sudan", ("Sudan", "S. Sudan"), UNDETERMINED),
    Rule("Hala'ib Triangle", ("Egypt", "Sudan"), DISPUTED, (33.15, 21.5, 37.5, 23.5)),
    Rule("Ilemi Triangle", ("S. Sudan", "Kenya"), UNDETERMINED, (34.3, 4.5, 36.0, 5.6)),
    Rule("Ilemi Triangle", ("Kenya", "Ethiopia"), UNDETERMINED, (34.3, 4.5, 36.0, 5.6)),
    Rule("Somaliland", ("Somalia", "Somaliland"), UNDETERMINED),
    # The berm is a defence line inside Western Sahara; the boundary with Morocco is the parallel in DRAWN.
    Rule("Western Sahara", ("Morocco", "W. Sahara"), None),
    Rule("Gaza", ("Egypt", "Israel"), DISPUTED, (34.1, 31.2, 34.6, 31.7)),
    Rule("Gaza", ("Israel", "Palestine"), DISPUTED, (34.1, 31.1, 34.6, 31.7)),
    Rule("West Bank", ("Israel", "Palestine"), DISPUTED),
    Rule("West Bank", ("Jordan", "Palestine"), DISPUTED),
    Rule("Golan Heights", ("Syria", "Israel"), DISPUTED),
    Rule("Golan Heights", ("Jordan", "Israel"), DISPUTED, (35.58, 32.66, 35.85, 32.8)),
    Rule("Golan Heights", ("Lebanon", "Israel"), DISPUTED, (35.58, 33.2, 35.95, 33.5)),
    Rule("Blue Line", ("Lebanon", "Israel"), DISPUTED),
    Rule("Northern Cyprus", ("N. Cyprus", "Cyprus"), DISPUTED),
    Rule("Crimea", ("Ukraine", "Russia"), DISPUTED, (32.4, 44.3, 36.7, 46.3)),
    Rule("Kosovo", ("Serbia", "Kosovo"), DISPUTED),
    Rule("Kashmir", ("Pakistan", "India"), UNDETERMINED, (73.0, 32.7, 77.9, 37.1)),
    Rule("Kashmir", ("Pakistan", "China"), DISPUTED),
    Rule("Aksai Chin", ("India", "China"), DISPUTED, (76.0, 32.0, 80.5, 36.5)),
    Rule("Korean Demilitarized Zone", ("South Korea", "North Korea"), UNDETERMINED),
]

# The other side of a disputed place, from its outline: (place, Natural Earth's name, class, degrees around lines
# already drawn in which the outline is left out).
OUTLINES = [
    ("Golan Heights", "Golan Heights", DISPUTED, 0.045),
    ("Abyei", "Abyei", UNDETERMINED, 0.05),
    ("Aksai Chin", "Aksai Chin", DISPUTED, 0.08),
    ("Kashmir", "Siachen Glacier", UNDETERMINED, 0.03),
    ("Ilemi Triangle", "Ilemi Triangle", UNDETERMINED, 0.05),
]

# Lines that Natural Earth lacks, from the treaties' own words.
DRAWN = [
    (
        "Western Sahara",
        DISPUTED,
        ("ESH", "MAR"),
        [(-13.17, 27.667), (-8.667, 27.667)],
    ),
    (
        "Hala'ib Triangle",
        DISPUTED,
        ("EGY", "SDN"),
        [(34.1, 22.0), (34.15, 22.2), (34.69, 22.3), (34.94, 22.86), (35.2, 22.78), (35.62, 23.14)],
    ),
    ("Bir Tawil", DISPUTED, ("EGY", "SDN"), [(33.16, 22.0), (33.56, 21.72), (34.0, 21.77), (34.1, 22.0)]),
]

LABELS_LEFT_OUT = {
    *("Kosovo", "N. Cyprus", "Somaliland", "Taiwan", "Siachen Glacier", "Antarctica", "Greenland", "Puerto Rico"),
    *("New Caledonia", "Falkland Is.", "Hong Kong", "Macao", "Fr. S. Antarctic Lands", "S. Geo. and the Is."),
    *("Isle of Man", "Fr. Polynesia", "Åland", "Faeroe Is.", "Heard I. and McDonald Is."),
}
UN_NAMES = {
    "Bosnia and Herz.": "Bosnia and Herzegovina",
    "Cabo Verde": "Cabo Verde",
    "Central African Rep.": "Central African Republic",
    "Dem. Rep. Congo": "Democratic Republic of the Congo",
    "Dominican Rep.": "Dominican Republic",
    "Eq. Guinea": "Equatorial Guinea",
    "Macedonia": "North Macedonia",
    "Palestine": "State of Palestine",
    "S. Sudan": "South Sudan",
    "Solomon Is.": "Solomon Islands",
    "Turkey": "Türkiye",
    "W. Sahara": "Western Sahara",
    "eSwatini": "Eswatini",
}
# ISO 3166-1 gives these no number; the code is that of the administrative areas they are published with.
UNNUMBERED = {"Kosovo": "XKXKX", "N. Cyprus": "CYCYP", "Somaliland": "SOSOM"}
# ISO 3166-1: number, two-letter and three-letter code.
ISO = """
004AFAFG 008ALALB 010AQATA 012DZDZA 016ASASM 020ADAND 024AOAGO 028AGATG 031AZAZE 032ARARG 036AUAUS 040ATAUT 044BSBHS
048BHBHR 050BDBGD 051AMARM 052BBBRB 056BEBEL 060BMBMU 064BTBTN 068BOBOL 070BABIH 072BWBWA 074BVBVT 076BRBRA 084BZBLZ
086IOIOT 090SBSLB 092VGVGB 096BNBRN 100BGBGR 104MMMMR 108BIBDI 112BYBLR 116KHKHM 120CMCMR 124CACAN 132CVCPV 136KYCYM
140CFCAF 144LKLKA 148TDTCD 152CLCHL 156CNCHN 158TWTWN 162CXCXR 166CCCCK 170COCOL 174KMCOM 175YTMYT 178CGCOG 180CDCOD
184CKCOK 188CRCRI 191HRHRV 192CUCUB 196CYCYP 203CZCZE 204BJBEN 208DKDNK 212DMDMA 214DODOM 218ECECU 222SVSLV 226GQGNQ
231ETETH 232ERERI 233EEEST 234FOFRO 238FKFLK 239GSSGS 242FJFJI 246FIFIN 248AXALA 250FRFRA 254GFGUF 258PFPYF 260TFATF
262DJDJI 266GAGAB 268GEGEO 270GMGMB 275PSPSE 276DEDEU 288GHGHA 292GIGIB 296KIKIR 300GRGRC 304GLGRL 308GDGRD 312GPGLP
316GUGUM 320GTGTM 324GNGIN 328GYGUY 332HTHTI 334HMHMD 336VAVAT 340HNHND 344HKHKG 348HUHUN 352ISISL 356ININD 360IDIDN
364IRIRN 368IQIRQ 372IEIRL 376ILISR 380ITITA 384CICIV 388JMJAM 392JPJPN 398KZKAZ 400JOJOR 404KEKEN 408KPPRK 410KRKOR
414KWKWT 417KGKGZ 418LALAO 422LBLBN 426LSLSO 428LVLVA 430LRLBR 434LYLBY 438LILIE 440LTLTU 442LULUX 446MOMAC 450MGMDG
454MWMWI 458MYMYS 462MVMDV 466MLMLI 470MTMLT 474MQMTQ 478MRMRT 480MUMUS 484MXMEX 492MCMCO 496MNMNG 498MDMDA 499MEMNE
500MSMSR 504MAMAR 508MZMOZ 512OMOMN 516NANAM 520NRNRU 524NPNPL 528NLNLD 531CWCUW 533AWABW 534SXSXM 535BQBES 540NCNCL
548VUVUT 554NZNZL 558NINIC 562NENER 566NGNGA 570NUNIU 574NFNFK 578NONOR 580MPMNP 581UMUMI 583FMFSM 584MHMHL 585PWPLW
586PKPAK 591PAPAN 598PGPNG 600PYPRY 604PEPER 608PHPHL 612PNPCN 616PLPOL 620PTPRT 624GWGNB 626TLTLS 630PRPRI 634QAQAT
638REREU 642ROROU 643RURUS 646RWRWA 652BLBLM 654SHSHN 659KNKNA 660AIAIA 662LCLCA 663MFMAF 666PMSPM 670VCVCT 674SMSMR
678STSTP 682SASAU 686SNSEN 688RSSRB 690SCSYC 694SLSLE 702SGSGP 703SKSVK 704VNVNM 705SISVN 706SOSOM 710ZAZAF 716ZWZWE
724ESESP 728SSSSD 729SDSDN 732EHESH 740SRSUR 744SJSJM 748SZSWZ 752SESWE 756CHCHE 760SYSYR 762TJTJK 764THTHA 768TGTGO
772TKTKL 776TOTON 780TTTTO 784AEARE 788TNTUN 792TRTUR 795TMTKM 796TCTCA 798TVTUV 800UGUGA 804UAUKR 807MKMKD 818EGEGY
826GBGBR 831GGGGY 832JEJEY 833IMIMN 834TZTZA 840USUSA 850VIVIR 854BFBFA 858UYURY 860UZUZB 862VEVEN 876WFWLF 882WSWSM
887YEYEM 894ZMZMB
"""
